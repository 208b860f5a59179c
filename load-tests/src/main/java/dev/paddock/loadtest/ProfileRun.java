package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.worker.GuestScripts;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Puts a worker or a sandbox to work and records where its CPU time goes. */
final class ProfileRun {

  /** Requests that are sent at once: few enough to end a run about when it should. */
  private static final int BURST = 200;

  private final LoopbackKafka kafka;
  private final Map<String, String> lane;
  private final LoadMix mix;
  private final Duration warmUp;
  private final Duration duration;

  /**
   * What came of it.
   *
   * @param nanos how long it took
   * @param cpuNanos what all threads of the process used of CPU time, in steps of 10 ms
   */
  record Recorded(CpuProfile profile, int executions, long nanos, long cpuNanos) {}

  /** Runs scripts for about so long and says how many. */
  private interface Work {
    int run(Duration duration) throws IOException, InterruptedException;
  }

  /**
   * @param lane what a worker has to be told
   * @param mix of scripts that succeed
   * @param warmUp before the recording counts
   * @param duration while it counts
   */
  ProfileRun(
      LoopbackKafka kafka,
      Map<String, String> lane,
      LoadMix mix,
      Duration warmUp,
      Duration duration) {
    this.kafka = kafka;
    this.lane = lane;
    this.mix = mix;
    this.warmUp = warmUp;
    this.duration = duration;
  }

  /**
   * A worker that has more to do than it can, and confines its sandboxes as always.
   *
   * @param recording where the recording is kept; absolute
   */
  Recorded worker(Path recording) throws IOException, InterruptedException {
    try (WorkerProcess worker = WorkerProcess.start(lane, kafka.log("profile"));
        Traffic traffic = new Traffic(lane)) {
      return record(recording, worker.handle(), time -> bursts(worker, traffic, time));
    }
  }

  private int bursts(WorkerProcess worker, Traffic traffic, Duration time) throws IOException {
    int sent = 0;
    for (long begin = System.nanoTime(); System.nanoTime() - begin < time.toNanos(); ) {
      worker.requireAlive();
      int first = sent;
      traffic.burst(
          BURST, i -> mix.request(first + i), arrival -> Workload.requireSuccess(arrival.result()));
      sent += BURST;
    }
    return sent;
  }

  /**
   * A sandbox that is not confined and gets one task after another.
   *
   * @param recording where the recording is kept; absolute
   */
  Recorded sandbox(Path recording) throws IOException, InterruptedException {
    Configuration configuration =
        Configuration.read(
            null,
            System.getenv(),
            lane.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
    try (LoneSandbox sandbox =
        LoneSandbox.start(
            Paddock.home(), configuration, Files.createDirectory(kafka.file("sandbox")))) {
      int[] number = {0};
      return record(
          recording,
          sandbox.handle(),
          time -> {
            int first = number[0];
            for (long begin = System.nanoTime(); System.nanoTime() - begin < time.toNanos(); ) {
              Task task = task(++number[0], configuration);
              Ending ending = sandbox.answer(task).ending();
              if (!(ending instanceof Ending.Succeeded)) {
                throw new IllegalStateException("A script did not succeed: " + ending);
              }
            }
            return number[0] - first;
          });
    }
  }

  /** What a worker makes of the same request. */
  private Task task(int number, Configuration configuration) {
    ExecutionRequest request = mix.request(number).build();
    return new Task(
        number,
        request.getExecutionId(),
        request.getTenant(),
        request.getLabels(),
        GuestScripts.of((InlineScript) request.getScript()),
        request.getInput(),
        0,
        number,
        configuration.limits().resolve(request.getLimits()));
  }

  private Recorded record(Path recording, ProcessHandle process, Work work)
      throws IOException, InterruptedException {
    var _ = work.run(warmUp);
    CpuProfile.begin(process.pid());
    long begin = System.nanoTime();
    long before = Pen.cpuNanos(process);
    int executions = work.run(duration);
    long cpuNanos = Pen.cpuNanos(process) - before;
    long nanos = System.nanoTime() - begin;
    return new Recorded(CpuProfile.end(process.pid(), recording), executions, nanos, cpuNanos);
  }
}
