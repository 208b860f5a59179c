package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Protection;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Where one sandbox lives, and the worker's ends of its pipes. For any thread. */
interface SandboxHost {

  /** Names it in messages: a process id, or a number of the pool's own. */
  long id();

  /** Whether it is a process, whose id is that of the system. */
  boolean isProcess();

  OutputStream tasks();

  InputStream answers();

  /** What it says to people. */
  InputStream errors();

  boolean isAlive();

  /** Whether its guest runs on although it was ended. */
  boolean isAbandoned();

  /** Ends it at once, as far as that can be done. */
  void destroy();

  /** Calls back once, when it has ended. */
  void onEnd(Runnable callback);

  /** Waits a little for its end, and says how it ended; an empty text where that is not known. */
  String ending() throws InterruptedException;

  /** CPU time that its guest can be charged with, in ms since it began. */
  long cpuMillis();

  /** Memory that it has, in bytes; 0 where it cannot be told from the worker's. */
  long residentBytes();

  /** What confines it, given what it has found itself. */
  List<Protection> protections(List<Protection> found);
}
