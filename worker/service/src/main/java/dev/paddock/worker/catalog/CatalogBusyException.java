package dev.paddock.worker.catalog;

/** Somebody else added to the catalog at the same time. */
public final class CatalogBusyException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CatalogBusyException(Throwable cause) {
    super("Somebody else is changing the catalog at this moment; try again", cause);
  }
}
