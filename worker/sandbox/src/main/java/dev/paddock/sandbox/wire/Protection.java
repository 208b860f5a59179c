package dev.paddock.sandbox.wire;

import java.util.Arrays;
import java.util.List;

/**
 * One way in which a sandbox process is confined, and whether it is in force.
 *
 * @param kind which
 * @param inForce whether it is
 * @param detail why not, where it is not; else empty or a remark
 */
public record Protection(Kind kind, boolean inForce, String detail) {

  /** What a sandbox process can be denied, or made to do. */
  public enum Kind {
    /** No program that it starts could gain rights. */
    NO_NEW_PRIVILEGES("no new privileges", true),
    /** Nobody of the same user may trace it or read its memory. */
    NOT_DUMPABLE("not dumpable, not traceable", true),
    /** The kernel kills it when the worker ends. */
    DIES_WITH_PARENT("dies with the worker", true),
    /** It can open, write and dump no file. */
    RESOURCE_LIMITS("resource limits", true),
    /** Only the JDK and the sandbox's own jars can be read. */
    LANDLOCK_FILES("Landlock: files", true),
    /** No TCP; the system call filter denies every socket as well. */
    LANDLOCK_TCP("Landlock: TCP", false),
    /** No signal to other processes; the system call filter denies them as well. */
    LANDLOCK_SIGNALS("Landlock: signals", false),
    /** Only the system calls that a warm JVM makes. */
    SYSTEM_CALL_FILTER("system call filter", true),
    /** The kernel takes it before the worker where memory runs out. */
    OOM_SCORE("taken first when memory runs out", false);

    private final String label;
    private final boolean essential;

    Kind(String label, boolean essential) {
      this.label = label;
      this.essential = essential;
    }

    /** Its name for people. */
    public String label() {
      return label;
    }

    /** Whether it comes from the thread that started the sandbox. */
    public boolean isInherited() {
      return switch (this) {
        case LANDLOCK_FILES, LANDLOCK_TCP, LANDLOCK_SIGNALS -> true;
        case NO_NEW_PRIVILEGES,
            NOT_DUMPABLE,
            DIES_WITH_PARENT,
            RESOURCE_LIMITS,
            SYSTEM_CALL_FILTER,
            OOM_SCORE ->
            false;
      };
    }

    /** Whether a sandbox that has to be confined must not run without it. */
    public boolean isEssential() {
      return essential;
    }
  }

  /** The names of what a confined sandbox must have and, by these, has not. */
  public static List<String> missingEssentials(List<Protection> protections) {
    return Arrays.stream(Kind.values())
        .filter(Kind::isEssential)
        .filter(kind -> protections.stream().noneMatch(one -> one.kind() == kind && one.inForce()))
        .map(Kind::label)
        .toList();
  }

  /** It is in force. */
  public static Protection inForce(Kind kind) {
    return new Protection(kind, true, "");
  }

  /** It is not in force, and why. */
  public static Protection missing(Kind kind, String why) {
    return new Protection(kind, false, why);
  }
}
