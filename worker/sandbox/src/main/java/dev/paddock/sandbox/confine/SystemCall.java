package dev.paddock.sandbox.confine;

/**
 * Linux system calls by their numbers on x86-64 and on aarch64 (asm/unistd_64.h and
 * asm-generic/unistd.h of the kernel's user headers).
 */
enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  FSTAT(5, 80),
  LSEEK(8, 62),
  MMAP(9, 222),
  MPROTECT(10, 226),
  MUNMAP(11, 215),
  BRK(12, 214),
  RT_SIGACTION(13, 134),
  RT_SIGPROCMASK(14, 135),
  RT_SIGRETURN(15, 139),
  IOCTL(16, 29),
  PREAD64(17, 67),
  SCHED_YIELD(24, 124),
  MREMAP(25, 216),
  MADVISE(28, 233),
  GETPID(39, 172),
  SOCKET(41, 198),
  CONNECT(42, 203),
  CLONE(56, 220),
  EXIT(60, 93),
  KILL(62, 129),
  TIMES(100, 153),
  GETPPID(110, 173),
  SIGALTSTACK(131, 132),
  PRCTL(157, 167),
  GETTID(186, 178),
  FUTEX(202, 98),
  SCHED_GETAFFINITY(204, 123),
  RESTART_SYSCALL(219, 128),
  CLOCK_GETTIME(228, 113),
  CLOCK_NANOSLEEP(230, 115),
  EXIT_GROUP(231, 94),
  TGKILL(234, 131),
  OPENAT(257, 56),
  NEWFSTATAT(262, 79),
  SET_ROBUST_LIST(273, 99),
  PRLIMIT64(302, 261),
  SECCOMP(317, 277),
  GETRANDOM(318, 278),
  MEMBARRIER(324, 283),
  RSEQ(334, 293),
  CLONE3(435, 435),
  LANDLOCK_CREATE_RULESET(444, 444),
  LANDLOCK_ADD_RULE(445, 445),
  LANDLOCK_RESTRICT_SELF(446, 446);

  private final int onX86;
  private final int onArm;

  SystemCall(int onX86, int onArm) {
    this.onX86 = onX86;
    this.onArm = onArm;
  }

  int number(Processor processor) {
    return switch (processor) {
      case X86_64 -> onX86;
      case AARCH64 -> onArm;
    };
  }
}
