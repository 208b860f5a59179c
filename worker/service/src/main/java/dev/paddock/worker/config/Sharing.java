package dev.paddock.worker.config;

/** Which tenants may use one sandbox process, one after another. */
public enum Sharing {
  /** All. */
  ANY,
  /** Only the one that used it first. */
  TENANT
}
