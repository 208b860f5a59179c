package dev.paddock.worker.catalog;

/** There is no topic that could hold the catalog. */
public final class CatalogMissingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CatalogMissingException(String topic) {
    super(
        "There is no topic %s for scripts; make it with `paddock topics create`, or set"
                .formatted(topic)
            + " topics.scripts to the one in use");
  }
}
