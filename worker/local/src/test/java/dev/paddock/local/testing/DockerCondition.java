package dev.paddock.local.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets a suite run unless it is to have containers and cannot. */
final class DockerCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!Containers.wanted()) {
      return ConditionEvaluationResult.enabled("runs on the local broker and registry");
    }
    return Containers.possible()
        ? ConditionEvaluationResult.enabled("runs on containers")
        : ConditionEvaluationResult.disabled(Containers.IMPOSSIBLE);
  }
}
