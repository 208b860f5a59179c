package dev.paddock.local.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A suite that holds for any broker and registry: it runs on the local ones in every build, and on
 * containers with {@code mvn verify -Pdocker}, which runs these suites alone. Without a Docker
 * engine it is skipped there, and says so.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("services")
@ExtendWith(DockerCondition.class)
public @interface OnAnyServices {}
