package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a real bus sends is read as it was meant.
final class RecordedAnswersTest {
    private static final long STARTED_MICROS = 1_796_045_934_471_422L;

    private static Object value(String name) throws MalformedMessageException {
        byte[] message = RecordedAnswers.message(name);
        WireHeader header = WireHeader.parse(message);
        assertThat(header.type()).isEqualTo(WireHeader.METHOD_RETURN);
        assertThat(WireHeader.length(message)).isEqualTo(message.length);
        return new MessageCodec(new ValueAllowance(1 << 20))
                .decode(RecordedAnswers.call(name), header, message);
    }

    @ParameterizedTest
    @CsvSource({
        "Hello, :1.3",
        "Get SystemState, degraded",
        "Get Version, 257.13-1~deb13u1",
        "Get NJobs, 0",
        "GetUnitByPID, /org/freedesktop/systemd1/unit/init_2escope",
        "ListNames, '[org.freedesktop.DBus, :1.3, org.freedesktop.login1,"
                + " org.freedesktop.systemd1, :1.0, :1.1]'",
        "ListJobs, []",
        "LoadError, '[org.freedesktop.systemd1.NoSuchUnit, Unit nothing.service not found.]'",
        "LoadCredential, []",
        "Conditions, '[[ConditionCapability, false, false, CAP_SYS_RAWIO, 1],"
                + " [ConditionPathExists, false, false, /sys/kernel/debug, 1]]'"
    })
    void aRealAnswerIsReadAsItWasMeant(String name, String value) throws MalformedMessageException {
        assertThat(value(name)).hasToString(value);
    }

    @Test
    void aCommandIsReadWithItsWordsTimesAndIds() throws MalformedMessageException {
        List<?> row = BusValues.rows(value("ExecStart")).getFirst();
        assertThat(row.get(0)).isEqualTo("/usr/bin/dbus-daemon");
        assertThat(BusValues.texts(row.get(1)))
                .startsWith("/usr/bin/dbus-daemon", "--system")
                .endsWith("--syslog-only")
                .hasSize(7);
        assertThat(row.get(2)).isEqualTo(false);
        assertThat(BusValues.number(row.get(3))).isEqualTo(STARTED_MICROS);
        assertThat(row.get(7)).isEqualTo(62L);
        assertThat(row).hasSize(10);
    }

    @Test
    void theUnitsOfAWholeContainerAreListed() throws MalformedMessageException {
        assertThat(BusValues.rows(value("ListUnits")))
                .hasSize(164)
                .allMatch(row -> row.size() == 10)
                .anyMatch(row ->
                        row.get(0).equals("sys-kernel-debug.mount") && row.get(3).equals("failed"));
    }

    @Test
    void allThatIsAskedOfAUnitIsInItsAnswer() throws MalformedMessageException {
        Map<String, @Nullable Object> values = new HashMap<>();
        ((Map<?, ?>) value("GetAll systemd-journald.service"))
                .forEach((name, one) -> values.put(name.toString(), one));
        assertThat(values.keySet())
                .isEqualTo(
                        ((BusCall.Properties)
                                        RecordedAnswers.call("GetAll systemd-journald.service")
                                                .answer())
                                .signatures()
                                .keySet());
        UnitState unit =
                new UnitState(
                        "systemd-journald.service",
                        "loaded",
                        "active",
                        "running",
                        List.of(),
                        UnitDetail.UNREAD);
        UnitDetail detail = DetailProperties.detail(unit, values, (_, _) -> List.of());
        assertThat(detail.files().fragment())
                .isEqualTo("/usr/lib/systemd/system/systemd-journald.service");
        assertThat(detail.activation().conditionResult()).isTrue();
        assertThat(detail.dependencies().of(Dependency.REQUIRES))
                .contains("systemd-journald.socket");
    }

    @Test
    void aSignalAndAnErrorAreToldApartFromAnAnswer() throws MalformedMessageException {
        WireHeader signal = WireHeader.parse(RecordedAnswers.message("NameAcquired"));
        assertThat(signal.type()).isEqualTo(WireHeader.SIGNAL);
        assertThat(signal.replySerial()).isZero();
        WireHeader error = WireHeader.parse(RecordedAnswers.message("Error"));
        assertThat(error.type()).isEqualTo(WireHeader.ERROR);
        assertThat(error.replySerial()).isEqualTo(17);
    }
}
