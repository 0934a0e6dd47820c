//! 摆渡包: a person signs a bundle that was written and read back.

use qianban_journal::{SeatId, Signer, Sm2Key};
use qianban_sync::bundle::finish;

use super::intent::{Intent, Shown, Work};
use crate::api::ShownField;
use crate::record::Look;
use crate::{Refused, item_words};

/// The intent to sign the bundle that waits under this name.
pub(crate) fn intent(look: Look<'_>, bundle: &str) -> Result<Intent, Refused> {
    // A person without a seat here is told now, not after the password.
    look.author()?;
    look.opened.exchange.waiting(bundle, |waiting| {
        let shown = &waiting.shown;
        let field = |label: &str, shown: String| ShownField { label: label.to_owned(), shown };
        let counts = &shown.counts;
        let readers = match shown.recipients.as_slice() {
            [] => "本单位任何人".to_owned(),
            names => format!("只有 {}（已加密）", names.join("、")),
        };
        let fields = vec![
            field("谁能打开", readers),
            field("存放位置", waiting.folder.clone()),
            field("文件", format!("{} 个", shown.volumes)),
            field("单据", format!("{} 张", shown.forms)),
            field("签名记录", format!("{} 条", counts.events)),
            field("名册", format!("{} 条", counts.entries)),
            field("附件", format!("{} 个", counts.attachments)),
            field("摆渡包指纹", shown.fingerprint.clone()),
        ];
        let shown = Shown {
            action: "写出摆渡包".to_owned(),
            title: "摆渡包".to_owned(),
            fields,
            events: vec![format!("对 {} 个文件签名", shown.volumes)],
            ..Shown::default()
        };
        Intent { work: Work::Bundle(bundle.to_owned(), waiting.shown.fingerprint.clone()), shown }
    })
}

/// Signs the files and gives them their names; answers where they are.
pub(crate) fn write(
    look: Look<'_>,
    bundle: &str,
    seat: SeatId,
    key: &Sm2Key,
) -> Result<Vec<String>, Refused> {
    let waiting = look.opened.exchange.take(bundle)?;
    let folder = std::path::PathBuf::from(&waiting.folder);
    let paths = finish(waiting.staged, seat, &mut |bytes| key.sign(bytes).ok())
        .map_err(|error| item_words::written(&folder, error))?;
    Ok(paths.iter().map(|path| path.display().to_string()).collect())
}
