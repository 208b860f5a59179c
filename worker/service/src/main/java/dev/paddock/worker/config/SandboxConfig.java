package dev.paddock.worker.config;

/**
 * Each sandbox process.
 *
 * @param confinement whether it has to be confined
 * @param oomScore its oom_score_adj, from 0 to 1000: how readily the kernel takes it where memory
 *     runs out
 */
public record SandboxConfig(Confinement confinement, int oomScore) {

  /** The same with another confinement. */
  public SandboxConfig withConfinement(Confinement other) {
    return new SandboxConfig(other, oomScore);
  }
}
