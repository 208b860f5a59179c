package dev.paddock.local;

/** The registry's process: Apicurio's own entry point, tied to its parent. */
final class RegistryMain {

  private RegistryMain() {}

  /** Hands its arguments on. */
  public static void main(String[] args) throws Exception {
    TiedToParent.endWith(() -> {});
    Class.forName("io.quarkus.bootstrap.runner.QuarkusEntryPoint")
        .getMethod("main", String[].class)
        .invoke(null, (Object) args);
  }
}
