package dev.paddock.worker.config;

/** Whether sandboxes have to be confined by the operating system. */
public enum Confinement {
  /** One that is not confined in every essential way runs nothing. */
  REQUIRED,
  /** As far as the operating system can. */
  PREFERRED,
  /** Not at all. */
  OFF
}
