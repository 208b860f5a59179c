package dev.paddock.worker.cli.doctor;

import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.Isolation;
import dev.paddock.worker.config.PoolConfig;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Whether a sandbox starts on this machine, and how the operating system confines it. */
public final class Sandboxes {

  private Sandboxes() {}

  /**
   * Starts one and ends it.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  public static Section examine(Configuration settings, Path home) throws InterruptedException {
    Confinement asked = settings.pool().sandbox().confinement();
    return new Section(
        "Sandboxes on %s %s, %s; sandbox.confinement is %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                asked.name().toLowerCase(Locale.ROOT)),
        findings(settings, home, asked));
  }

  private static List<Finding> findings(Configuration settings, Path home, Confinement asked)
      throws InterruptedException {
    List<Protection> protections;
    try {
      protections = protections(settings, home, asked);
    } catch (IOException | IllegalStateException e) {
      return List.of(
          Finding.problem(
              "sandbox", "none starts: " + e.getMessage(), "see what it says; nothing can run"));
    }
    if (settings.pool().isolation() == Isolation.CONTEXT) {
      return List.of(
          Finding.warning(
              "confinement",
              "nothing is confined, because pool.isolation is context",
              "set pool.isolation to process unless every script is trusted not to be hostile"));
    }
    if (asked == Confinement.OFF) {
      return List.of(
          Finding.warning(
              "confinement",
              "nothing is confined, because it is switched off",
              "set sandbox.confinement to required"));
    }
    return protections.stream().map(one -> finding(one, asked)).toList();
  }

  private static List<Protection> protections(Configuration settings, Path home, Confinement asked)
      throws IOException, InterruptedException {
    PoolConfig one = settings.pool().single();
    // To see what is missing, a sandbox has to start without it.
    PoolConfig config =
        asked == Confinement.REQUIRED ? one.withConfinement(Confinement.PREFERRED) : one;
    SandboxCommand command = SandboxCommand.of(home, settings.limits().ceilings().heapBytes());
    try (SandboxPool pool = new SandboxPool(command, config)) {
      pool.awaitReady(config.startTimeout());
      return pool.protections();
    }
  }

  private static Finding finding(Protection protection, Confinement asked) {
    Protection.Kind kind = protection.kind();
    String subject = kind.label() + (kind.isEssential() ? " *" : "");
    String detail = protection.detail();
    if (protection.inForce()) {
      return Finding.ok(subject, detail.isEmpty() ? "in force" : "in force; " + detail);
    }
    String found = "not in force" + (detail.isEmpty() ? "" : ": " + detail);
    if (!kind.isEssential()) {
      return Finding.warning(
          subject, found, "scripts run all the same, with one wall fewer around them");
    }
    return asked == Confinement.REQUIRED
        ? Finding.problem(
            subject,
            found,
            "no script runs like this: use a kernel or a container host that allows it, or, if you"
                + " can do without, set sandbox.confinement to preferred")
        : Finding.warning(
            subject, found, "scripts run all the same, since sandbox.confinement is preferred");
  }
}
