package dev.paddock.sandbox.wire;

import java.util.List;

/**
 * The sandbox is warm and waits for its first task.
 *
 * @param protections how it is confined, each kind at most once
 */
public record Ready(List<Protection> protections) implements Message {

  /** Copies the list. */
  public Ready {
    protections = List.copyOf(protections);
  }
}
