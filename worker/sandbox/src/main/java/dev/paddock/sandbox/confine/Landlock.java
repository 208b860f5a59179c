package dev.paddock.sandbox.confine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Restricts the calling thread to reading and executing what lies below some paths, without TCP and
 * without signals to other processes, as far as the kernel knows how (Linux 5.13 for files, 6.7 for
 * TCP, 6.12 for signals). Threads and processes that it starts afterwards are restricted from their
 * first instruction; threads that existed before are not. There is no way back. See landlock(7).
 */
public final class Landlock {

  private static final int CREATE_RULESET_VERSION = 1;
  private static final int RULE_PATH_BENEATH = 1;

  private static final long FS_EXECUTE = 1;
  private static final long FS_READ_FILE = 1 << 2;
  private static final long FS_READ_DIR = 1 << 3;

  /** Rights over files that the first version knows; later ones add one each. */
  private static final int FS_RIGHTS_OF_FIRST_VERSION = 13;

  private static final int VERSION_WITH_REFER = 2;
  private static final int VERSION_WITH_TRUNCATE = 3;
  private static final int VERSION_WITH_TCP = 4;
  private static final int VERSION_WITH_IOCTL = 5;
  private static final int VERSION_WITH_SCOPES = 6;

  private static final long NET_BIND_AND_CONNECT = 3;
  private static final long SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3;

  private static final long O_PATH_AND_CLOEXEC = 0x200000 | 0x80000;

  private Landlock() {}

  /**
   * Restricts the calling thread for good.
   *
   * @param readable files and folders that stay readable and executable; absent ones are left out
   * @return why it could not be done, or null
   */
  public static @Nullable String restrictThisThread(List<Path> readable) {
    Processor processor = Processor.current();
    if (processor == null) {
      return "needs Linux on x86-64 or aarch64";
    }
    long version =
        Libc.call(processor, SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
    if (Libc.failed(version)) {
      return "this kernel has no Landlock, or it is not switched on: " + Libc.reason(version);
    }
    try (Arena arena = Arena.ofConfined()) {
      long ruleset = create(processor, version, arena);
      if (Libc.failed(ruleset)) {
        return "the rule set was refused: " + Libc.reason(ruleset);
      }
      try {
        for (Path path : readable) {
          allow(processor, ruleset, path, arena);
        }
        return restrict(processor, ruleset);
      } finally {
        Libc.call(processor, SystemCall.CLOSE, ruleset);
      }
    }
  }

  private static long create(Processor processor, long version, Arena arena) {
    int rights = FS_RIGHTS_OF_FIRST_VERSION;
    rights += version >= VERSION_WITH_REFER ? 1 : 0;
    rights += version >= VERSION_WITH_TRUNCATE ? 1 : 0;
    rights += version >= VERSION_WITH_IOCTL ? 1 : 0;
    MemorySegment attributes = arena.allocate(24, 8); // struct landlock_ruleset_attr
    attributes.set(ValueLayout.JAVA_LONG, 0, (1L << rights) - 1);
    attributes.set(ValueLayout.JAVA_LONG, 8, NET_BIND_AND_CONNECT);
    attributes.set(ValueLayout.JAVA_LONG, 16, SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS);
    int size = version >= VERSION_WITH_SCOPES ? 24 : version >= VERSION_WITH_TCP ? 16 : 8;
    return Libc.call(processor, SystemCall.LANDLOCK_CREATE_RULESET, attributes.address(), size, 0);
  }

  private static void allow(Processor processor, long ruleset, Path path, Arena arena) {
    long file =
        Libc.call(
            processor,
            SystemCall.OPENAT,
            Libc.AT_FDCWD,
            arena.allocateFrom(path.toString()).address(),
            O_PATH_AND_CLOEXEC);
    if (Libc.failed(file)) {
      return;
    }
    MemorySegment rule = arena.allocate(12, 8); // struct landlock_path_beneath_attr, packed
    long folderRights = Files.isDirectory(path) ? FS_READ_DIR : 0;
    rule.set(ValueLayout.JAVA_LONG, 0, FS_EXECUTE | FS_READ_FILE | folderRights);
    rule.set(ValueLayout.JAVA_INT, 8, (int) file);
    // What cannot be allowed stays forbidden, which the sandbox's start will show.
    Libc.call(
        processor, SystemCall.LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule.address(), 0);
    Libc.call(processor, SystemCall.CLOSE, file);
  }

  private static @Nullable String restrict(Processor processor, long ruleset) {
    long privileges = Libc.call(processor, SystemCall.PRCTL, Libc.PR_SET_NO_NEW_PRIVS, 1);
    if (Libc.failed(privileges)) {
      return "no_new_privs was refused: " + Libc.reason(privileges);
    }
    long restricted = Libc.call(processor, SystemCall.LANDLOCK_RESTRICT_SELF, ruleset, 0);
    return Libc.failed(restricted) ? "it was refused: " + Libc.reason(restricted) : null;
  }
}
