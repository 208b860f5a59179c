/**
 * Which offsets of each partition are in flight and up to where may be committed. Knows nothing of
 * consumers, requests or sandboxes.
 */
@NullMarked
package dev.paddock.worker.ledger;

import org.jspecify.annotations.NullMarked;
