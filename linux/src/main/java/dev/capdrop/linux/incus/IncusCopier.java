package dev.capdrop.linux.incus;

import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.record.ForeignJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Makes, asks and deletes instances of Incus that are copies of others. Source: Incus'
/// `rest-api.md`; `doc/rest-api.yaml`, `InstancesPost`, `InstanceExecPost`.
public record IncusCopier(IncusServer server) {
    /// The storage may have to copy file by file.
    private static final Duration LONGEST_COPY = Duration.ofHours(2);

    private static final Duration LONGEST_DELETION = Duration.ofMinutes(10);
    private static final int STILL_RUNNING = 103;
    private static final int NOT_FOUND = 404;

    /// The settings and devices that an instance is to be given beside its original's.
    public record Settings(Map<String, String> config, Map<String, Map<String, String>> devices) {
        /// Returns these with other lines for liblxc, a string of bytes.
        public Settings withLines(String lines) {
            Map<String, String> all = new TreeMap<>(config);
            all.put(IncusInstance.RAW_LXC, IncusConfig.text(lines));
            return new Settings(all, devices);
        }
    }

    /// Copies an instance without its snapshots, and waits until that is done. The original is not
    /// frozen meanwhile, which Incus would do without `allow_inconsistent`.
    ///
    /// @param copy of the same project
    /// @param member the member of the cluster that it has to be on; `none` without a cluster
    public void copy(IncusFile original, IncusFile copy, Settings settings, String member)
            throws IOException {
        Map<String, @Nullable Object> body = new TreeMap<>();
        body.put("name", copy.instance());
        body.put("type", "container");
        body.put("config", settings.config);
        body.put("devices", settings.devices);
        body.put("profiles", List.of());
        body.put("ephemeral", false);
        body.put(
                "source",
                Map.of(
                        "type",
                        "copy",
                        "source",
                        original.instance(),
                        "project",
                        original.project(),
                        "instance_only",
                        true,
                        "allow_inconsistent",
                        true));
        String where =
                "/1.0/instances?project="
                        + IncusServer.encoded(copy.project())
                        + (member.equals("none") ? "" : "&target=" + IncusServer.encoded(member));
        server.requireDone(server.ask("POST", where, "", ForeignJson.write(body)), LONGEST_COPY);
    }

    public @Nullable IncusInstance find(IncusFile file) throws IOException {
        try {
            return server.instance(file.project(), file.instance()).instance();
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    public void delete(IncusFile file) throws IOException {
        String target = IncusServer.path(file.project(), file.instance(), "");
        IncusServer.Reply reply = server.ask("DELETE", target, "", new byte[0]);
        if (reply.status() != NOT_FOUND) {
            server.requireDone(reply, LONGEST_DELETION);
        }
    }

    /// Runs a program inside of an instance that runs, without input or output; returns its exit
    /// status, 128 and the signal when a signal ended it, null when it has not ended in time.
    public @Nullable Integer run(IncusFile file, List<String> words, Duration timeout)
            throws IOException {
        Map<String, @Nullable Object> body = new TreeMap<>();
        body.put("command", words);
        body.put("wait-for-websocket", false);
        body.put("interactive", false);
        body.put("record-output", false);
        body.put(
                "environment",
                Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        String target = IncusServer.path(file.project(), file.instance(), "/exec");
        IncusServer.Reply asked = server.ask("POST", target, "", ForeignJson.write(body));
        IncusServer.Reply done = server.awaited(asked, timeout);
        Map<String, @Nullable Object> operation = IncusInstance.fields(done.metadata());
        if (literal(operation.get("status_code")).equals(Integer.toString(STILL_RUNNING))) {
            return null;
        }
        String status =
                operation.get("metadata") instanceof Map<?, ?> result
                        ? literal(result.get("return"))
                        : "";
        if (!status.matches("[0-9]{1,3}")) {
            throw server.said(
                    operation.get("err") instanceof String err && !err.isEmpty()
                            ? err
                            : "it does not say how a program in '" + file.instance() + "' ended");
        }
        return Integer.valueOf(status);
    }

    /// A pool of storage, with the bytes that are left, and whether a copy shares its original's.
    public record Pool(boolean clones, long free) {}

    public Pool pool(String name) throws IOException {
        String path = "/1.0/storage-pools/" + IncusServer.encoded(name);
        Map<String, @Nullable Object> pool = server.object(path);
        Map<String, @Nullable Object> space =
                IncusInstance.fields(server.object(path + "/resources").get("space"));
        return new Pool(
                clones(IncusInstance.text(pool, "driver"), pool.get("config")),
                number(space, "total") - number(space, "used"));
    }

    private static boolean clones(String driver, @Nullable Object config) {
        Map<?, ?> settings = config instanceof Map<?, ?> map ? map : Map.of();
        return switch (driver) {
            case "btrfs", "ceph" -> true;
            case "zfs" -> !"false".equals(settings.get("zfs.clone_copy"));
            case "lvm" -> !"false".equals(settings.get("lvm.use_thinpool"));
            default -> false;
        };
    }

    /// Returns the bytes that the root directory of an instance takes, which is its disk `device`;
    /// null where its storage does not tell.
    public @Nullable Long usage(IncusFile file, String device) throws IOException {
        Map<String, @Nullable Object> state =
                server.object(IncusServer.path(file.project(), file.instance(), "/state"));
        if (state.get("disk") instanceof Map<?, ?> disks
                && disks.get(device) instanceof Map<?, ?> disk
                && literal(disk.get("usage")).matches("[1-9][0-9]{0,17}")) {
            return Long.valueOf(literal(disk.get("usage")));
        }
        return null;
    }

    private long number(Map<String, @Nullable Object> fields, String name) throws IOException {
        String literal = literal(fields.get(name));
        if (!literal.matches("[0-9]{1,18}")) {
            throw server.said("it does not say how much room is left ('" + name + "')");
        }
        return Long.parseLong(literal);
    }

    private static String literal(@Nullable Object value) {
        return value instanceof ForeignJson.Literal number ? number.literal() : "";
    }
}
