package dev.capdrop.cli.check;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.render.Terminal;
import java.util.List;

/// Writes the remarks about a configuration, for people and as trees for JSON.
record RemarkText(Terminal terminal) {
    void write(List<ConfigRemark> remarks) {
        for (ConfigRemark remark : remarks) {
            terminal.item("remark: %s: %s", remark.line().place(), remark.line().text().strip());
            terminal.note("%s", remark.opens());
            terminal.note("%s", remark.instead());
        }
    }

    /// Says how many of several containers, a row each, have remarks.
    void writeSum(List<Checked> all) {
        long remarked = all.stream().filter(one -> !one.remarks().isEmpty()).count();
        if (remarked > 0) {
            terminal.talk(
                    "by its configuration %s opened wider than usual; 'capdrop check' with a target says how",
                    remarked == 1 ? "1 container is" : remarked + " containers are");
        }
    }

    /// Returns the part of `capdrop/check/1`.
    static List<?> report(List<ConfigRemark> remarks) {
        return remarks.stream()
                .map(remark ->
                        members()
                                .with("id", remark.id())
                                .with("file", remark.line().file())
                                .with("line", remark.line().line())
                                .with("text", remark.line().text())
                                .with("opens", remark.opens())
                                .with("instead", remark.instead()))
                .toList();
    }
}
