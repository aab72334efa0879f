package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.unit.UnitFile.Setting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Unit|ConditionCapability|CAP_SYS_RAWIO|CAP_SYS_RAWIO",
                "Unit|AssertPathExists|/x|/x",
                "Unit|Description|a b|",
                "Install|WantedBy|multi-user.target|",
                "Install|User|root|",
                "''|User|root|",
                "Service|User|mysql|mysql",
                "Service|Environment|SECRET=1|",
                "Service|EnvironmentFile|-/etc/default/x|-/etc/default/x",
                "Mount|Options|ro,size=10x,password=p,credentials=/c|'ro,size=10x,password,credentials'",
                "Service|ExecStart|/usr/sbin/x --password=p|/usr/sbin/x",
                "Service|ExecStart|-+/usr/sbin/x --password=p|-+/usr/sbin/x",
                "Service|ExecStart|'@\"/a b/c\" argv0 secret'|'@\"/a b/c\"'",
                "Service|ExecStartPre|!!true|!!true",
                "Service|ExecReload|/bin/kill -HUP $MAINPID|",
                "Service|SetCredential|token:geheim|token",
                "Service|LoadCredential|token:/etc/token|token",
                "Service|ImportCredential|tty.*|tty.*",
                "Socket|ListenStream|22|22",
                "Timer|Unit|a.service|a.service",
                "Path|PathExists|/x|/x",
            })
    void aSnapshotHoldsWhatDecidesAndNoSecret(
            String section, String key, String value, String held) {
        Setting setting = new Setting("/u", 1, section, key, value);
        assertThat(RecordedSettings.hold(setting)).isEqualTo(held != null);
        if (held != null) {
            assertThat(RecordedSettings.reduced(setting).value()).isEqualTo(held);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/bin/true|''|/bin/true|false|false",
                "-/bin/true x|-|/bin/true|true|false",
                "+-\"/a b\" c|+-|/a b|true|true",
                "''|''|''|false|false",
                "@|@|''|false|false",
                "\"/unended|''|/unended|false|false",
            })
    void aCommandLineBeginsWithPrefixesAndAProgram(
            String value, String prefixes, String program, boolean mayFail, boolean full) {
        ExecLine line = ExecLine.parse(value);
        assertThat(line).isEqualTo(new ExecLine(prefixes, program));
        assertThat(line.mayFail()).isEqualTo(mayFail);
        assertThat(line.fullPrivileges()).isEqualTo(full);
        assertThat(ExecLine.parse(line.format())).isEqualTo(line);
    }
}
