package dev.paddock.local;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A parent of both services, which a test kills. */
final class ServicesHost {

  private ServicesHost() {}

  public static void main(String[] args) throws InterruptedException {
    LocalServices services = LocalServices.start(Path.of(args[0]), Path.of(args[1]), 0, 0);
    System.out.println(services.broker().pid() + " " + services.registry().pid());
    new CountDownLatch(1).await();
  }
}
