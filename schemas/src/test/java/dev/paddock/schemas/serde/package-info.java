@NullMarked
package dev.paddock.schemas.serde;

import org.jspecify.annotations.NullMarked;
