package dev.capdrop.cli.report;

import dev.capdrop.cli.check.Checked;
import dev.capdrop.cli.render.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// The page of a single container.
public final class PageSample {
    private PageSample() {}

    /// Returns the page.
    public static byte[] of(String outcome, Checked checked) throws IOException {
        List<PageContainer> page = List.of(PageContainer.of(outcome, outcome, checked));
        Json.Made made = new Json.Made(outcome, outcome, outcome, Instant.EPOCH);
        return ReportPage.of(outcome, made, page, null);
    }
}
