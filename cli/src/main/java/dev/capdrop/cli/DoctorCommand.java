package dev.capdrop.cli;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.core.host.HostReview;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostReview.Prospect;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// `capdrop doctor`: what this host allows, and so what capdrop can do here.
final class DoctorCommand extends HostCommand {
    private final Defaults defaults;

    DoctorCommand(Defaults defaults) {
        this.defaults = defaults;
    }

    @Override
    protected CommandModel model() {
        return new CommandModel("doctor", this).with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        // what a killed trial has left there goes, before anything is looked at
        where.host();
        HostSurvey survey = environment.facts().survey(where);
        List<HostFinding> findings = new ArrayList<>(HostReview.of(survey));
        if (survey.runtimes().lxc() instanceof HostSurvey.Fact.Known<HostSurvey.Lxc> _) {
            findings.add(new NewOnes(where.host()).finding());
        }
        findings.addAll(new OwnReview(defaults, this::idle).findings());
        Prospect prospect = new Prospect(findings);
        boolean closed =
                show(
                        () -> DoctorText.report(prospect),
                        terminal -> new DoctorText(terminal).write(prospect));
        return closed ? ExitCode.OK : exitCode(prospect);
    }

    /// Returns the idle words; none where the containers cannot be listed, which is told elsewhere.
    private List<String> idle(String words) {
        return Errand.or(
                List.of(),
                () ->
                        Exclusion.idle(
                                List.of(words.split(",")),
                                where.host().containers().reachable().containers()));
    }

    private static ExitCode exitCode(Prospect prospect) {
        return (prospect.any(HostFinding.Level.UNKNOWN) ? ExitCode.FAILURE : ExitCode.OK)
                .or(prospect.any(HostFinding.Level.LACKING) ? ExitCode.FINDINGS : ExitCode.OK);
    }
}
