package dev.paddock.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro refuses to make objects of classes that nobody has vouched for, generated ones included:
 * their builders fail as soon as a default or a copy is needed.
 */
public final class TrustedContracts {

  static {
    String contracts = TrustedContracts.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(contracts)));
  }

  private TrustedContracts() {}

  /** Vouches for the contracts' classes, besides those that are trusted already. */
  public static void trust() {
    // Once, when this class is initialized.
  }
}
