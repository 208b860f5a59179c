package dev.paddock.sandbox.confine;

import org.jspecify.annotations.Nullable;

/** The processors whose system call numbers are known, with the kernel's AUDIT_ARCH of each. */
enum Processor {
  X86_64(0xC000003E),
  AARCH64(0xC00000B7);

  private final int auditArch;

  Processor(int auditArch) {
    this.auditArch = auditArch;
  }

  int auditArch() {
    return auditArch;
  }

  /** This machine's, or null where it is another, or the system is not Linux. */
  static @Nullable Processor current() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> null;
    };
  }
}
