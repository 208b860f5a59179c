/** Tests of replays. */
@NullMarked
package dev.paddock.worker.cli.replay;

import org.jspecify.annotations.NullMarked;
