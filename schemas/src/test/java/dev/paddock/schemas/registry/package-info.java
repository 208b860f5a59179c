@NullMarked
package dev.paddock.schemas.registry;

import org.jspecify.annotations.NullMarked;
