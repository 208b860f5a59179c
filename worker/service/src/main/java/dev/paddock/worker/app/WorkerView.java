package dev.paddock.worker.app;

import dev.paddock.worker.dispatch.DispatchStatistics;
import dev.paddock.worker.intake.IntakeStatistics;
import dev.paddock.worker.observe.Activity;
import dev.paddock.worker.pool.PoolStatistics;
import dev.paddock.worker.pool.SandboxView;
import dev.paddock.worker.publish.PublishStatistics;
import java.util.List;

/**
 * What the page shows of a worker at a moment, as JSON.
 *
 * @param at when, in ms since the epoch
 * @param worker its id
 * @param group whose requests it reads
 * @param uptimeMillis since it was started, in ms
 * @param troubles why requests wait for the time being; none where it is ready
 * @param sandboxes slot by slot, spares too
 */
record WorkerView(
    long at,
    String worker,
    String group,
    long uptimeMillis,
    List<String> troubles,
    int poolSize,
    List<SandboxView> sandboxes,
    PoolStatistics pool,
    DispatchStatistics dispatch,
    IntakeStatistics intake,
    PublishStatistics publish,
    Activity.Glance activity) {}
