package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.util.List;

/// A group of capabilities by subject. Each belongs to one group; an unknown one belongs to none.
enum Group {
    FILES(
            "Files",
            "chown dac_override dac_read_search fowner fsetid linux_immutable lease mknod setfcap"),
    IDENTITY("Users, groups and capabilities", "setuid setgid setpcap"),
    PROCESSES(
            "Processes",
            "kill sys_ptrace sys_nice sys_resource sys_pacct ipc_lock ipc_owner checkpoint_restore"),
    NETWORK("Network", "net_bind_service net_raw net_admin net_broadcast"),
    KERNEL("Kernel and hardware", "sys_module sys_rawio sys_time sys_boot syslog bpf perfmon"),
    SLEEP("Sleep and terminals", "wake_alarm block_suspend sys_tty_config"),
    AUDIT(
            "Audit and mandatory access control",
            "audit_write audit_read audit_control mac_admin mac_override"),
    ALL_ELSE("All else that root may", "sys_admin sys_chroot");

    private final String title;
    private final List<Capability> members;

    Group(String title, String members) {
        this.title = title;
        this.members = CapabilitySet.of(members.split(" ")).members();
    }

    String title() {
        return title;
    }

    List<Capability> members() {
        return members;
    }
}
