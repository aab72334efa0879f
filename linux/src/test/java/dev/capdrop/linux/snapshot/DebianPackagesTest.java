package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What dpkg says of its packages.
final class DebianPackagesTest {
    @Test
    void installedPackagesProvideWhatTheySay() {
        String status =
                """
                Package: nginx
                Status: install ok installed
                Provides: httpd, httpd-cgi (= 1.26.3)
                Description: web server
                 Provides: nothing

                Package: apache2
                Status: deinstall ok config-files
                Provides: httpd

                Package: bash
                Status: install ok installed
                """;
        assertThat(new DebianPackages(status).provides())
                .isEqualTo(Map.of("nginx", Set.of("httpd", "httpd-cgi")));
        assertThat(new DebianPackages("").provides()).isEmpty();
    }
}
