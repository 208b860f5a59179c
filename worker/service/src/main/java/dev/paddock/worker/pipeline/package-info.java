/**
 * Pipelines: a topic in, a script, a topic out. A pipeline has no intake, dispatcher or publisher
 * of its own. It is a reader, which makes an {@link dev.paddock.worker.Execution} of a topic's
 * record, so that it waits, runs and counts as a request does; and a writer, which makes records of
 * what the script gave, so that they go out as results do, in one transaction with the offset they
 * came from. What cannot be read or written is a violation with its position, and the partition
 * goes on.
 *
 * <p>Values cross to the script and back as JSON texts: {@link
 * dev.paddock.worker.pipeline.AvroToJson} and {@link dev.paddock.worker.pipeline.JsonToAvro} say
 * what Avro is in JSON. What comes from a topic and what comes from a script are both taken for
 * hostile: depth, size and number are bounded on either side.
 */
@NullMarked
package dev.paddock.worker.pipeline;

import org.jspecify.annotations.NullMarked;
