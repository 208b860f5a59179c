/** What the ledger promises, in every order of events. */
@NullMarked
package dev.paddock.worker.intake;

import org.jspecify.annotations.NullMarked;
