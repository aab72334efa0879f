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
    /// Programs that have rows of their own, in a release in which no row had seen them.
    SERVERS("-servers", RootTarball::withServers);

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

    /// The packed root of this flavour.
    Path tarball(Suite suite) {
        return root.apply(suite);
    }
}
