package dev.capdrop.record;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Policy;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A [Policy] as JSON, `capdrop/policy/1` (docs/reference/json.md). A person writes it: a field
/// that no policy has is refused, for it may be a mistyped one.
public final class PolicyJson {
    private static final String DAY = "a day such as '2027-01-31'";

    private PolicyJson() {}

    /// Reads one document; another one is refused in a sentence.
    public static Policy read(byte[] document, String name) throws RecordException {
        Fields fields = new Fields(name, JsonReader.read(document, name), true);
        Schema.POLICY.check(fields);
        CapabilitySet forbidden = CapabilitySet.EMPTY;
        for (String word : fields.texts("mustNotHold")) {
            forbidden = forbidden.with(capability(fields, "mustNotHold", word));
        }
        Policy policy = new Policy(forbidden, fields.list("accepted", PolicyJson::acceptance));
        fields.requireNoOther();
        return policy;
    }

    private static Policy.Acceptance acceptance(Fields fields) throws RecordException {
        String word = fields.text("capability");
        Capability capability = word.isEmpty() ? null : capability(fields, "capability", word);
        String unit = fields.text("unit");
        String finding = fields.text("finding");
        String target = fields.text("target");
        String reason = fields.required("reason");
        LocalDate until = day(fields);
        fields.requireNoOther();
        requireOne(fields, unit, finding, capability);
        if (reason.isBlank()) {
            throw fields.wrong("reason", "why it is accepted");
        }
        return new Policy.Acceptance(target, unit, finding, capability, reason, until);
    }

    private static void requireOne(
            Fields fields, String unit, String finding, @Nullable Capability capability)
            throws RecordException {
        boolean ofUnit = !unit.isEmpty() && !finding.isEmpty();
        boolean ofNoUnit = unit.isEmpty() && finding.isEmpty();
        if (capability == null ? !ofUnit : !ofNoUnit) {
            throw fields.refused(
                    "does not say what is accepted, expected either 'capability' or both 'unit' and 'finding' (its cause, as 'capdrop check --json' has it)");
        }
    }

    private static LocalDate day(Fields fields) throws RecordException {
        try {
            return LocalDate.parse(fields.required("until"));
        } catch (DateTimeException malformed) {
            throw fields.wrong("until", DAY);
        }
    }

    private static Capability capability(Fields fields, String field, String word)
            throws RecordException {
        Capability named = Capability.named(word);
        if (named == null) {
            throw fields.wrong(
                    field, "of capabilities: '" + word + "' is none, 'capdrop explain' lists them");
        }
        return named;
    }
}
