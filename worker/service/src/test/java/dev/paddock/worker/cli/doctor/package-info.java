/** Tests of what the doctor makes of what it finds. */
@NullMarked
package dev.paddock.worker.cli.doctor;

import org.jspecify.annotations.NullMarked;
