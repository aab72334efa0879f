package dev.capdrop.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips the tests of a class where no container can be made and run, and says why in one line.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsContainers.Condition.class)
public @interface NeedsContainers {

    /// Asks `scripts/can-run-lxc`, once.
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Answer.ONCE;
        }
    }

    /// The one answer, announced when it is first asked for.
    final class Answer {
        static final ConditionEvaluationResult ONCE = ask();

        private Answer() {}

        private static ConditionEvaluationResult ask() {
            String script = Clone.root().resolve("scripts/can-run-lxc").toString();
            Command.Result result = Command.of(script).run();
            if (result.exit() == 0) {
                return ConditionEvaluationResult.enabled("containers can run here");
            }
            String reason = (result.out() + result.err()).strip();
            System.err.println("lab: SKIPPED, no containers can run here: " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
