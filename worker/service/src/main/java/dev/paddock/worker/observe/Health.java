package dev.paddock.worker.observe;

import java.util.List;

/**
 * How a worker is.
 *
 * @param live whether it works or will by itself; where not, only a new process helps
 * @param troubles why requests wait for the time being, in words; none where it is ready
 * @param abandonedThreads threads of this process that scripts keep which will not stop, each a
 *     core
 */
public record Health(boolean live, List<String> troubles, long abandonedThreads) {

  /** Copies the troubles. */
  public Health {
    troubles = List.copyOf(troubles);
  }

  /** Whether requests are being read and run. */
  public boolean ready() {
    return live && troubles.isEmpty();
  }
}
