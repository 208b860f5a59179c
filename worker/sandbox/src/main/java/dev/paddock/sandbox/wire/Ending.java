package dev.paddock.sandbox.wire;

import org.jspecify.annotations.Nullable;

/** How a run ended. */
public sealed interface Ending {

  /**
   * The script ran to its end.
   *
   * @param output JSON text, or null where the script gave undefined
   */
  record Succeeded(@Nullable String output) implements Ending {}

  /** The script threw, rejected or did not parse. */
  record Failed(GuestError error) implements Ending {}

  /** A quota stopped the script. */
  record Stopped(Breach breach) implements Ending {}
}
