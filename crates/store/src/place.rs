//! Where the data folder may lie. SQLite's locks and fsync hold only on a local file system, so network and
//! redirected places are refused at set-up and at every opening (faults 9).

use std::path::Path;

use crate::StoreError;

/// The kind of network place a folder was found on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkPlace {
    /// A Windows share, `\\server\share`.
    WindowsShare,
    /// NFS in any version.
    Nfs,
    /// A Windows share mounted on Linux (cifs, smb2, smb3).
    Smb,
    /// A user-space file system over a network (sshfs, rclone, davfs, gvfs …).
    UserSpace,
    /// A folder shared into a virtual machine (9p, vboxsf, vmhgfs, virtiofs).
    HostShare,
    /// A cluster or distributed file system.
    Cluster,
}

/// Refuses `dir` when it lies on a network place. The folder need not exist yet.
pub(crate) fn refuse_network(dir: &Path) -> Result<(), StoreError> {
    let absolute = std::path::absolute(dir)?;
    if let Some(place) = windows_share(&absolute.to_string_lossy()) {
        return Err(StoreError::NetworkPath(place));
    }
    let existing = absolute.ancestors().find_map(|path| path.canonicalize().ok());
    // Systems without this table (Windows, macOS) have no mounts to judge by.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match existing.and_then(|path| network_mount(&mounts, &path)) {
        Some(place) => Err(StoreError::NetworkPath(place)),
        None => Ok(()),
    }
}

/// A UNC path, plain (`\\server\share`) or verbatim (`\\?\UNC\server\share`). A verbatim local path
/// (`\\?\C:\…`) and a device path are none.
pub fn windows_share(path: &str) -> Option<NetworkPlace> {
    let rest = path.strip_prefix(r"\\")?;
    let verbatim = rest.strip_prefix(r"?\").or_else(|| rest.strip_prefix(r".\"));
    match verbatim {
        None => Some(NetworkPlace::WindowsShare),
        Some(inner) => {
            let unc = inner.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case(r"UNC\"));
            unc.then_some(NetworkPlace::WindowsShare)
        }
    }
}

/// The network place of the mount that holds `path`, from the text of `/proc/self/mountinfo`; `path` must be
/// absolute and without links. The deepest mount point wins, the later line among equals.
pub fn network_mount(mountinfo: &str, path: &Path) -> Option<NetworkPlace> {
    let holding = mountinfo.lines().filter_map(mount).filter(|(point, _)| path.starts_with(point));
    let (_, kind) = holding.max_by_key(|(point, _)| Path::new(point).components().count())?;
    network_kind(kind)
}

/// Mount point and file system type of one line: `36 35 98:0 /root /point opts [tags…] - type source opts`.
fn mount(line: &str) -> Option<(String, &str)> {
    let (left, right) = line.split_once(" - ")?;
    let point = left.split(' ').nth(4)?;
    Some((unescape(point), right.split(' ').next()?))
}

/// The kernel writes space, tab, newline and backslash of a path as three octal digits.
fn unescape(point: &str) -> String {
    [(r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")]
        .iter()
        .fold(point.to_owned(), |text, (code, plain)| text.replace(code, plain))
}

fn network_kind(kind: &str) -> Option<NetworkPlace> {
    match kind {
        "nfs" | "nfs4" => Some(NetworkPlace::Nfs),
        "cifs" | "smb" | "smb2" | "smb3" | "smbfs" => Some(NetworkPlace::Smb),
        "9p" | "vboxsf" | "vmhgfs" | "virtiofs" | "prl_fs" | "drvfs" => Some(NetworkPlace::HostShare),
        "afs" | "ceph" | "glusterfs" | "lustre" | "gfs2" | "ocfs2" | "ncpfs" | "coda" | "beegfs" => {
            Some(NetworkPlace::Cluster)
        }
        // Local disks may also be mounted through user space; those are named, the rest is refused.
        "fuseblk" | "fuse.ntfs-3g" | "fuse.exfat" | "fuse.lxcfs" => None,
        _ if kind == "fuse" || kind.starts_with("fuse.") => Some(NetworkPlace::UserSpace),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /home/zhang\\040san rw - nfs4 10.0.0.1:/home rw
41 22 0:36 / /mnt/share rw shared:5 - cifs //server/share rw
42 41 254:2 / /mnt/share/local rw - xfs /dev/vdb rw
43 22 0:37 / /mnt/ssh rw - fuse.sshfs me@host:/ rw
44 22 8:1 / /mnt/disk rw - fuseblk /dev/sda1 rw
45 22 0:38 / /mnt/host rw - 9p share rw";

    fn on(path: &str) -> Option<NetworkPlace> {
        network_mount(MOUNTS, Path::new(path))
    }

    #[test]
    fn the_deepest_mount_decides() {
        assert_eq!(on("/var/lib/qianban"), None);
        assert_eq!(on("/home/zhang san/data"), Some(NetworkPlace::Nfs), "escaped space in a mount point");
        assert_eq!(on("/mnt/share/a"), Some(NetworkPlace::Smb));
        assert_eq!(on("/mnt/share/local/a"), None, "a local disk below a share is local");
        assert_eq!(on("/mnt/ssh"), Some(NetworkPlace::UserSpace));
        assert_eq!(on("/mnt/disk/a"), None, "NTFS on a local disk is local");
        assert_eq!(on("/mnt/host/a"), Some(NetworkPlace::HostShare));
        assert_eq!(on("/mnt/shared"), None, "a longer name is another folder");
    }

    #[test]
    fn unc_paths_are_shares_in_both_spellings() {
        assert_eq!(windows_share(r"\\server\share\x"), Some(NetworkPlace::WindowsShare));
        assert_eq!(windows_share(r"\\?\UNC\server\share"), Some(NetworkPlace::WindowsShare));
        assert_eq!(windows_share(r"\\?\C:\data"), None);
        assert_eq!(windows_share(r"C:\data"), None);
    }
}
