package dev.paddock.worker.config;

import java.time.Duration;

/**
 * Each sandbox process.
 *
 * @param confinement whether it has to be confined
 * @param oomScore its oom_score_adj, from 0 to 1000: how readily the kernel takes it where memory
 *     runs out
 * @param compilation what its JVM spends on making scripts fast
 * @param sharing which tenants it may serve
 * @param maxExecutions after this many it is replaced, or up to a quarter fewer
 * @param maxAge after this long it is replaced, or up to a quarter less
 * @param maxGrowthBytes after its resident memory has grown by this much it is replaced
 */
public record SandboxConfig(
    Confinement confinement,
    int oomScore,
    Compilation compilation,
    Sharing sharing,
    long maxExecutions,
    Duration maxAge,
    long maxGrowthBytes) {

  /** The same with another confinement. */
  public SandboxConfig withConfinement(Confinement other) {
    return new SandboxConfig(
        other, oomScore, compilation, sharing, maxExecutions, maxAge, maxGrowthBytes);
  }
}
