package dev.capdrop.lab.boots;

import dev.capdrop.lab.RootTarball;
import dev.capdrop.lab.Suite;
import java.nio.file.Path;
import java.util.function.Function;

/// What a root has beside systemd and D-Bus.
enum Flavour {
    /// Nothing.
    BARE("", RootTarball::of),
    /// The many services by whose boots the rules of the forecasts were made.
    SERVICES("-services", RootTarball::withServices),
    /// About a hundred others, which no rule had seen.
    OTHERS("-others", RootTarball::withOthers),
    /// About ninety more, on two releases, to try the rules that the others had changed.
    STRANGERS("-strangers", RootTarball::withStrangers),
    /// About a hundred more, to try the rules that the strangers had changed.
    NEWCOMERS("-newcomers", RootTarball::withNewcomers),
    /// About fifty more, to try the rules of known programs and of watched boots.
    UNSEEN("-unseen", RootTarball::withUnseen),
    /// About 130 more, to try all the rules on Debian 12 and 13 once more.
    OUTSIDERS("-outsiders", RootTarball::withOutsiders),
    /// More than a hundred others, to try the rules that the outsiders had changed.
    VISITORS("-visitors", RootTarball::withVisitors),
    /// More than 120 others, to try the rules that the visitors had changed.
    TRAVELLERS("-travellers", RootTarball::withTravellers),
    /// 120 others, drawn by lot, to try the rules that the travellers had changed.
    JURORS("-jurors", RootTarball::withJurors),
    /// 80 others, the next of the same lot, to try the rules that the jurors had changed.
    TALESMEN("-talesmen", RootTarball::withTalesmen),
    /// 80 others, what was left of that lot, to try the rules that the talesmen had changed.
    ALTERNATES("-alternates", RootTarball::withAlternates),
    /// Programs that have rows of their own, in a release in which no row had seen them.
    SERVERS("-servers", RootTarball::withServers),
    /// Nothing either, and another systemd than the release's, built from its tag.
    SYSTEMD_253("-systemd-253", _ -> RootTarball.withSystemd(253)),
    SYSTEMD_254("-systemd-254", _ -> RootTarball.withSystemd(254)),
    SYSTEMD_255("-systemd-255", _ -> RootTarball.withSystemd(255)),
    SYSTEMD_256("-systemd-256", _ -> RootTarball.withSystemd(256));

    private final String suffix;
    private final Function<Suite, Path> root;

    Flavour(String suffix, Function<Suite, Path> root) {
        this.suffix = suffix;
        this.root = root;
    }

    /// What an image's name says of it.
    String suffix() {
        return suffix;
    }

    /// Whether it has hardly any services.
    boolean isSmall() {
        return switch (this) {
            case BARE, SYSTEMD_253, SYSTEMD_254, SYSTEMD_255, SYSTEMD_256 -> true;
            case SERVICES,
                    OTHERS,
                    STRANGERS,
                    NEWCOMERS,
                    UNSEEN,
                    OUTSIDERS,
                    VISITORS,
                    TRAVELLERS,
                    JURORS,
                    TALESMEN,
                    ALTERNATES,
                    SERVERS ->
                    false;
        };
    }

    /// The packed root of this flavour.
    Path tarball(Suite suite) {
        return root.apply(suite);
    }
}
