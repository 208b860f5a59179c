package dev.paddock.worker.pool;

import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is at a moment.
 *
 * @param id its process id, or a number of the pool's own where it is no process
 * @param state where it is in its life
 * @param ageMillis time since it was started, in ms
 * @param executions how many it was given
 * @param residentBytes its memory, in bytes, as of the last second; 0 where it is not known
 * @param running what it runs; null where it runs nothing
 */
public record SandboxView(
    long id,
    SandboxState state,
    long ageMillis,
    long executions,
    long residentBytes,
    @Nullable Running running) {

  /**
   * An execution under way. Its CPU time is that of the last look, which is made every few ms.
   *
   * @param script what it is called
   * @param wallMillis time since it began, in ms
   * @param wallLimitMillis its wall-clock quota, in ms
   * @param cpuMillis CPU time that it has used, in ms
   * @param cpuLimitMillis its CPU quota, in ms
   */
  public record Running(
      String executionId,
      String tenant,
      String script,
      long wallMillis,
      long wallLimitMillis,
      long cpuMillis,
      long cpuLimitMillis) {}
}
