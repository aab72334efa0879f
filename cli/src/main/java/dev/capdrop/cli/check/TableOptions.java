package dev.capdrop.cli.check;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Mistakes.UsageException;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The options that say in which rows many containers are told of.
final class TableOptions implements CommandModel.OptionGroup {
    boolean verbose;
    @Nullable Grouping grouping;
    private Sort sort = Sort.worst;

    private enum Sort {
        worst,
        failed,
        listed
    }

    enum Grouping {
        cause,
        node
    }

    @Override
    public void addTo(CommandModel model) {
        model.of("table")
                .flag("-v,--verbose", on -> verbose = on)
                .option("--group-by", "WHAT")
                .as(Grouping.class, null, what -> grouping = what)
                .option("--sort", "ORDER")
                .as(Sort.class, sort, order -> sort = order);
    }

    void require() {
        if (verbose && grouping != null) {
            throw new UsageException(
                    "--verbose has a row for each container, and --group-by one for several: only one of the two can be given");
        }
    }

    List<CheckRow> sorted(List<CheckRow> rows) {
        Comparator<CheckRow> order =
                switch (sort) {
                    case worst -> CheckRow.WORST;
                    case failed -> Comparator.comparingInt(CheckRow::failed).reversed();
                    case listed -> Comparator.comparingInt(_ -> 0); // as the host lists them
                };
        return rows.stream().sorted(order).toList();
    }
}
