//! Every code that a person can meet, with its words. The only place where refusals are worded.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $message:literal, $advice:literal;)*) => {
        /// Why something was not done, or a field is not right. Closed: the handbook lists them all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the handbook.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable text of the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What happened, in Chinese; `{}` stands for the matter at hand.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Code::$name => $message,)* }
            }

            /// What is safe and what to do next, in Chinese; may be empty.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Code::$name => $advice,)* }
            }
        }

        #[cfg(test)]
        #[allow(non_snake_case, reason = "one test per code, named as the code")]
        mod each_code {
            $(#[test] fn $name() { super::tests::is_well_worded(super::Code::$name); })*
        }
    };
}

codes! {
    /// The command is not in the table.
    CommandUnknown = "COMMAND-UNKNOWN": "没有「{}」这个命令。", "请核对程序版本，界面与程序可能不是同一版本。";
    /// The command may not be called from here (the sign group).
    CommandGroup = "COMMAND-GROUP": "「{}」不能从这个窗口调用。", "签名只能在签名窗口中进行。";
    /// The request is not of the command's type.
    RequestShape = "REQUEST-SHAPE": "请求内容不符合约定：{}", "数据没有改动。请升级到同一版本的程序后重试。";
    /// The request is over the size limit.
    RequestSize = "REQUEST-SIZE": "请求内容太大。", "数据没有改动。附件请分段上传。";
    /// A text of a request is longer than its limit.
    TextTooLong = "TEXT-TOO-LONG": "「{}」太长。", "请缩短后重试，已填写的内容仍在。";
    /// A text of a request must not be empty.
    TextEmpty = "TEXT-EMPTY": "「{}」不能为空。", "请填写后重试。";
    /// A text holds NUL, control or bidi-override characters.
    TextForbidden = "TEXT-FORBIDDEN": "「{}」含有不可见的控制字符。", "请删去从别处粘贴来的隐藏字符后重试。";
    /// A text holds characters that no face can show.
    TextGlyph = "TEXT-GLYPH": "有打印不出来的字：{}。", "请改用其他字，已填写的内容仍在。";

    /// There is no ledger on this PC.
    HostNotFounded = "HOST-NOT-FOUNDED": "本机还没有开设台账。", "请先选择「开设本单位台账」。";
    /// There is already a ledger in this folder.
    HostFounded = "HOST-FOUNDED": "本机已经有一本台账，不能重复开设。", "原有数据没有改动。";
    /// The database key is not at hand.
    HostClosed = "HOST-CLOSED": "数据库尚未打开。", "请用口令或恢复码打开，数据都在。";
    /// Nobody is at the desk.
    HostLocked = "HOST-LOCKED": "请先登录。", "选择姓名并输入本人口令。";
    /// A second program holds the folder.
    HostSecondInstance = "HOST-SECOND-INSTANCE": "签办已经在这台电脑上运行。", "请切换到已打开的窗口；数据没有改动。";
    /// The folder is on a network path.
    HostNetworkPath = "HOST-NETWORK-PATH": "数据文件夹在网络位置上：{}", "请改用本机磁盘上的文件夹，网络盘会损坏数据库。";
    /// The database is from a newer version.
    HostNewerDatabase = "HOST-NEWER-DATABASE": "数据库由更新版本的签办写成，本版本不能写入。", "数据没有改动。请安装新版本后再打开。";
    /// The database is damaged.
    HostDamaged = "HOST-DAMAGED": "数据库有损坏：{}", "请不要删除任何文件，用备份恢复或联系运维人员。";
    /// The database was a copy, and the person's seat in this life is not certified (K6).
    HostCopy = "HOST-COPY": "本机的数据是从备份恢复或从别处复制来的，您的新席位还没有登记，不能签名。", "可以查看和起草。请在「同步」里把席位申请交给管理员登记，再收进管理员的摆渡包；管理员只在这台电脑上的，由管理员自己换发席位。";
    /// The disk is full.
    HostDiskFull = "HOST-DISK-FULL": "磁盘已满，没有写入。", "已保存的内容都在。请腾出空间后重试。";
    /// The folder or file cannot be written.
    HostReadOnly = "HOST-READ-ONLY": "数据文件夹不能写入：{}", "请检查文件夹权限；已保存的内容都在。";
    /// Another program holds the file.
    HostBusy = "HOST-BUSY": "数据文件正被其他程序占用。", "请稍候重试；常见原因是杀毒软件正在扫描。";
    /// Reading or writing failed for another reason.
    HostStorage = "HOST-STORAGE": "读写数据时出错：{}", "这一步没有保存，之前保存的内容都在。请重试。";
    /// The random source of the operating system failed.
    HostRandom = "HOST-RANDOM": "操作系统的随机数来源不可用。", "没有签名。请重启电脑后重试。";

    /// Wrong password.
    PasswordWrong = "PASSWORD-WRONG": "口令不正确。", "连续输错会逐次延长等待时间，但不会锁死，也不会丢失数据。";
    /// Still waiting after wrong passwords (K2).
    PasswordWait = "PASSWORD-WAIT": "口令输错多次，请稍候再试。", "等待时间过后即可重试，数据都在。";
    /// The password is too short.
    PasswordShort = "PASSWORD-SHORT": "口令太短，至少 8 个字符。", "";
    /// The password is too long.
    PasswordLong = "PASSWORD-LONG": "口令太长，最多 128 个字符。", "";
    /// The recovery code is wrong.
    RecoveryWrong = "RECOVERY-WRONG": "恢复码不正确。", "请对照恢复单逐组核对，字母不分大小写。";

    /// A seat request that cannot be read, or whose key has a seat already.
    SeatRequestBad = "SEAT-REQUEST-BAD": "席位申请读不出，或者已经登记过。", "请对方重新复制申请全文；每份申请只登记一次。";
    /// The seat of this person is not certified yet.
    SeatAwaited = "SEAT-AWAITED": "席位还没有登记。", "请把席位申请交给管理员，登记后经交换端或摆渡包取得台账。";

    /// Joining cannot be given up any more.
    JoinOver = "JOIN-OVER": "席位已经登记，不能再放弃加入。", "不用这台电脑时，请管理员吊销席位。";

    /// An exchange is running.
    ExchangeRunning = "EXCHANGE-RUNNING": "正在交换数据，请等它结束。", "";
    /// An exchange was cancelled.
    ExchangeCancelled = "EXCHANGE-CANCELLED": "已停止。", "已收进的内容都在，可以重新开始。";
    /// No such peer.
    PeerUnknown = "PEER-UNKNOWN": "没有这台电脑。", "请刷新后重新选择。";
    /// A path that is no file or folder of this PC.
    BundlePath = "BUNDLE-PATH": "「{}」读写不了。", "请检查存储介质是否插好、路径是否完整、是否写保护。";
    /// The stick is full.
    BundleFull = "BUNDLE-FULL": "「{}」空间不够，没有写出。", "请换一个存储介质，或腾出空间后重试。";
    /// What was written does not read back.
    BundleReadBack = "BUNDLE-READ-BACK": "写到「{}」的内容读回来不一样，没有写出。", "存储介质可能坏了，请换一个重试。";
    /// The file is no bundle.
    BundleBad = "BUNDLE-BAD": "「{}」不是摆渡包，或者开头已损坏。", "没有收进任何内容。请对方重新写出。";
    /// A newer program wrote the bundle.
    BundleNewer = "BUNDLE-NEWER": "「{}」由更新版本的签办写出。", "没有收进任何内容。请升级后再收。";
    /// A bundle of another bureau.
    BundleOther = "BUNDLE-OTHER": "这个摆渡包属于「{}」，不是本单位的。", "没有收进任何内容。";
    /// A bundle for others.
    BundleSealed = "BUNDLE-SEALED": "这个摆渡包已加密，您不在收件人之中，打不开。", "没有收进任何内容。请收件人来收，或请对方重新写出。";
    /// A bundle for this person, without the password.
    BundlePassword = "BUNDLE-PASSWORD": "这个摆渡包已加密，请输入您的口令。", "口令只用来打开您自己的密钥。";
    /// A recipient without a seat.
    RecipientNoSeat = "RECIPIENT-NO-SEAT": "「{}」还没有席位，不能作收件人。", "请先登记席位，或者不加密。";
    /// The bundle that was to be signed is gone.
    BundleGone = "BUNDLE-GONE": "这个摆渡包已经失效。", "请重新写出。";
    /// The fingerprint of the ledger is needed.
    FingerprintNeeded = "FINGERPRINT-NEEDED": "请输入台账的指纹。", "指纹由管理员当面或电话告知，不要从摆渡包里抄。";
    /// Another fingerprint than was typed.
    FingerprintWrong = "FINGERPRINT-WRONG": "摆渡包里的台账与输入的指纹不符。", "没有收进任何内容。请与管理员逐组核对。";

    /// No address of an endpoint is set.
    EndpointNone = "ENDPOINT-NONE": "还没有填写交换端的网址。", "请在「同步」里填写，网址由管理员或运维单位告知。";
    /// The address, the proxy or the certificate cannot be used.
    EndpointSetting = "ENDPOINT-SETTING": "交换端的网址、代理或证书文件不能用。", "没有改动。请检查后重试，网址要写全，例如以加密网页的前缀开头。";
    /// Nobody answers.
    EndpointUnreachable = "ENDPOINT-UNREACHABLE": "交换端没有应答。", "本机的内容都在，可以照常填写和签名，网络恢复后会再试。请检查网线、网址和代理。";
    /// The certificate does not hold.
    EndpointCertificate = "ENDPOINT-CERTIFICATE": "交换端的证书不可信，没有交换。", "本机的内容都在。请核对网址和本机日期；自建的交换端请填写本单位的证书文件。";
    /// Somebody answers who is no endpoint.
    EndpointStranger = "ENDPOINT-STRANGER": "应答的不是交换端，可能是上网登录页或代理的提示页。", "本机的内容都在。请先登录网络，再核对网址和代理。";
    /// An answer that makes no sense, or a request that was found to make none.
    EndpointNonsense = "ENDPOINT-NONSENSE": "与交换端的问答不合约定，已停止。", "已收进的内容都在。请重试；反复出现时请告诉运维人员。";
    /// One of the two sides must be updated.
    EndpointVersion = "ENDPOINT-VERSION": "交换端与本机的版本不能互通。", "本机的内容都在。请把旧的一方升级。";
    /// The session is not good any more, or the clocks are too far apart.
    EndpointSession = "ENDPOINT-SESSION": "这次登录不能再用于交换。", "本机的内容都在。请核对本机的日期和时间，锁定后重新登录。";
    /// There is no session for the person at the desk.
    EndpointVoice = "ENDPOINT-VOICE": "这次登录没有取得交换凭据。", "请锁定后重新登录，再交换。";
    /// The registry there does not have the seat.
    EndpointSeat = "ENDPOINT-SEAT": "交换端的名册里没有这个席位。", "刚登记的席位，要等管理员的电脑先交换一次；已吊销的席位不能再交换。";
    /// Only administrators may.
    EndpointNotAllowed = "ENDPOINT-NOT-ALLOWED": "交换端只允许管理员办理这一项。", "";
    /// The one-time code is not good.
    EndpointCode = "ENDPOINT-CODE": "一次性码不对、已经用过或已过期。", "请另要一个一次性码。";
    /// The bureau is not known there.
    EndpointBureau = "ENDPOINT-BUREAU": "交换端还不认识本单位。", "请管理员用交换端给的一次性码登记本单位。";
    /// There is no room left there.
    EndpointFull = "ENDPOINT-FULL": "本单位在交换端的空间已用完。", "本机的内容都在。请联系交换端的运维单位。";
    /// It is busy.
    EndpointBusy = "ENDPOINT-BUSY": "交换端正忙。", "本机的内容都在，稍后会再试。";
    /// The ledger there is another one than was typed.
    EndpointFingerprint = "ENDPOINT-FINGERPRINT": "交换端上的台账与本单位的不是同一本。", "没有收进任何内容。请与管理员逐组核对指纹和网址。";
    /// A sample is not exchanged.
    EndpointSample = "ENDPOINT-SAMPLE": "样例不与其他电脑交换。", "";
    /// This PC did not ask for a seat.
    EndpointNoRequest = "ENDPOINT-NO-REQUEST": "本机没有待登记的席位申请。", "请先以「加入已有台账」申请席位。";

    /// The person is not in the registry.
    PersonUnknown = "PERSON-UNKNOWN": "名册里没有这个人。", "请刷新后重新选择。";
    /// Nobody's seat is to be renewed here, or its former key is not here.
    RenewNothing = "RENEW-NOTHING": "没有要换发的席位。", "只有数据恢复或复制以后、席位还没有登记的管理员才需要换发。";
    /// An administrator sits at another PC and certifies the new seat (K4, K6).
    RenewElsewhere = "RENEW-ELSEWHERE": "别的电脑上还有管理员，不能自己换发席位。", "请把席位申请交给那位管理员登记。";
    /// A warning: what was signed since the backup is lost.
    RenewLost = "RENEW-LOST": "备份以后，本机{}，恢复的数据里没有。", "";
    /// A warning: what was signed since the backup may come back, and would be cut if it came later.
    RenewFirst = "RENEW-FIRST": "别的电脑可能有备份以后的内容：请先收进它们的摆渡包再换发，以后才收进的签名和定稿会失效。", "";
    /// A warning: numbers given since the backup are not known here.
    RenewNumbers = "RENEW-NUMBERS": "备份以后编过的号，恢复的数据里没有，可能重号：请先与纸件核对。", "";
    /// The person has no valid seat on this PC.
    PersonNoSeat = "PERSON-NO-SEAT": "此人在这台电脑上没有有效的席位。", "请管理员在「名册」中登记席位。";
    /// Two people of one name and unit.
    PersonTwice = "PERSON-TWICE": "「{}」重复出现。", "同名的人请在姓名后加注以便区分。";
    /// A founding without the founder's password.
    FounderPassword = "FOUNDER-PASSWORD": "第一个人是创建者，必须设置口令。", "";
    /// An unknown role code.
    RoleUnknown = "ROLE-UNKNOWN": "没有「{}」这种角色。", "";
    /// An unknown unit.
    UnitUnknown = "UNIT-UNKNOWN": "没有「{}」这个单位。", "请先在「名册」中登记单位。";
    /// The unit exists already.
    UnitTwice = "UNIT-TWICE": "单位「{}」已经登记过。", "";
    /// The seat is not in the registry, or was revoked.
    SeatUnknown = "SEAT-UNKNOWN": "没有这个席位，或者已经吊销。", "";
    /// The person has a seat here already.
    SeatTwice = "SEAT-TWICE": "此人在这台电脑上已经有席位。", "";
    /// Only administrators change the registry.
    RegistryNotAdmin = "REGISTRY-NOT-ADMIN": "只有管理员可以改动名册。", "";
    /// The change would leave the registry without its administrator.
    RegistryLastAdmin = "REGISTRY-LAST-ADMIN": "不能去掉最后一位管理员。", "请先指定另一位管理员。";
    /// Two entries have one number (F12).
    RegistryForked = "REGISTRY-FORKED": "名册第 {} 号有两个不同的版本，名册停在此前，不能改动。", "请掌管根密钥的人在「核验」里看过两个版本以后裁定；其间已有的单据照常办理。";
    /// Nothing is to be settled, or the chosen entry is none of the two.
    RegistryNoFork = "REGISTRY-NO-FORK": "名册没有要裁定的分歧，或者选的不是其中一个版本。", "";
    /// Somebody else holds the root keys (G2).
    RegistryNotRoot = "REGISTRY-NOT-ROOT": "只有掌管根密钥的人可以裁定名册的分歧。", "没有另行指定时，是开设台账时的管理员。";
    /// Nothing would change.
    RegistryNoChange = "REGISTRY-NO-CHANGE": "没有需要改动的内容。", "";
    /// The registry refused the entry.
    RegistryRefused = "REGISTRY-REFUSED": "名册不接受这项改动：{}", "名册没有改动。";
    /// No such setting, or no value of it.
    SettingValue = "SETTING-VALUE": "设置没有改动：{}", "请更正后重试。";
    /// A calendar file is not right.
    CalendarBad = "CALENDAR-BAD": "工作日历文件有误：{}", "原来的日历仍然有效。请按行号更正文件后重新导入。";
    /// Too many people or units.
    RegistryTooMany = "REGISTRY-TOO-MANY": "一次登记的人员或单位太多。", "开设时最多 200 人、500 个单位，其余可以以后添加。";

    /// No such form.
    FormUnknown = "FORM-UNKNOWN": "找不到这张单据。", "请刷新列表；草稿可能已经送签或删除。";
    /// No such definition, or it is not active.
    DefinitionUnknown = "DEFINITION-UNKNOWN": "没有这种单据，或者已经停用。", "请刷新列表。";
    /// A definition file is not right.
    DefinitionBad = "DEFINITION-BAD": "单据定义有误：{}", "其他单据不受影响。请更正定义文件。";
    /// The year is closed.
    YearClosed = "YEAR-CLOSED": "{} 年度已经结转，只能查看和打印。", "没有改动。结转时未办结并列入清单的单据仍可继续办理。";
    /// The year is still running.
    YearNotOver = "YEAR-NOT-OVER": "{} 年度还没有结束，不能结转。", "新年度开始后再办理。";
    /// Too many forms are not finished.
    YearTooMuchOpen = "YEAR-TOO-MUCH-OPEN": "未办结的单据超过 {} 张，不能逐张结转。", "请先办结或作废一部分。";
    /// An edited definition that cannot be a new version of the one it was made from.
    DesignShape = "DESIGN-SHAPE": "改动后的单据定义不能用：{}", "原来的单据不受影响，可以继续修改。";
    /// A year without forms.
    YearEmpty = "YEAR-EMPTY": "没有 {} 年度的单据，不用结转。", "请核对年度。";
    /// A warning: a step no longer bars those who filled the form.
    DesignBar = "DESIGN-BAR": "「{}」不再要求本人回避：申请人、填写人和送签人可以自己签。", "";
    /// A warning: nobody holds a role that is needed.
    DesignNobody = "DESIGN-NOBODY": "没有人可以办理：{}。", "启用后这种单据会停在这里，请先在「名册」中安排角色。";
    /// A warning: fewer people than signatures.
    DesignTooFew = "DESIGN-TOO-FEW": "人手不够：{}。", "启用后这种单据会停在这里，请先在「名册」中安排角色。";
    /// A warning: a gate whose condition is never true.
    DesignNever = "DESIGN-GATE-NEVER": "{}前的关口永远不能满足。", "启用后这种单据会停在这里。";
    /// A warning: a step whose condition is never true.
    DesignStepNever = "DESIGN-STEP-NEVER": "签批步骤「{}」永远不会出现。", "";
    /// The person's roles do not allow to start this form.
    FormMayNotCreate = "FORM-MAY-NOT-CREATE": "您的角色不能填写这种单据。", "";
    /// The part cannot be written now.
    SectionReadOnly = "SECTION-READ-ONLY": "这一栏现在不能填写。", "单据状态可能已经变化，请刷新。";
    /// No such part.
    SectionUnknown = "SECTION-UNKNOWN": "没有这一栏。", "";
    /// The form comes from a newer version.
    FormOpaque = "FORM-OPAQUE": "这张单据由更新版本写成，需要新版本才能办理。", "单据完整保存，升级后可以继续。";

    /// No such field.
    FieldUnknown = "FIELD-UNKNOWN": "没有这个字段。", "";
    /// The field is computed or invisible.
    FieldReadOnly = "FIELD-READ-ONLY": "这个字段不能填写。", "";
    /// The typed text is not a value of the field.
    FieldInvalid = "FIELD-INVALID": "「{}」填写有误。", "已保存的内容不变，请更正后继续。";
    /// The part has fields that are not right.
    FieldsIncomplete = "FIELDS-INCOMPLETE": "还有未填好的内容，不能签名。", "已填写的内容都已保存，请按提示补齐。";
    /// A table field is at its limit.
    RowsTooMany = "ROWS-TOO-MANY": "明细行数已到上限。", "";
    /// No such row.
    RowUnknown = "ROW-UNKNOWN": "没有这一行。", "";

    /// No spreadsheet, or one that is too big.
    ImportFile = "IMPORT-FILE": "表格文件读不出：{}。", "没有导入。请另存为新格式的电子表格后重试。";
    /// The head of a spreadsheet does not fit the table.
    ImportHead = "IMPORT-HEAD": "表头与明细对不上：{}。", "没有导入。请按明细的列名改好表头后重试。";
    /// More rows than fit.
    ImportRows = "IMPORT-ROWS": "行数太多，最多 {} 行。", "没有导入。请分几次导入，或另填一张单据。";
    /// Cells that are no values of their columns.
    ImportCells = "IMPORT-CELLS": "表格里有 {} 处错误。", "没有导入。请按提示改好后重新导入。";

    /// One of those cells.
    ImportCell = "IMPORT-CELL": "第 {}", "";

    /// No such slot for links.
    LinkSlot = "LINK-SLOT": "没有「{}」这个关联栏。", "";
    /// The slot takes no forms of this kind.
    LinkDefinition = "LINK-DEFINITION": "「{}」不是这里可以关联的单据。", "请从候选列表里选择。";
    /// The linked form is not sealed.
    LinkNotSealed = "LINK-NOT-SEALED": "「{}」没有定稿，不能关联。", "请等它定稿后再关联。";
    /// The linked form was rejected.
    LinkVoid = "LINK-VOID": "「{}」已经作废，不能关联。", "请改为关联有效的单据。";
    /// The link names another content than was sealed.
    LinkContent = "LINK-CONTENT": "「{}」定稿的内容与关联的不符。", "请去掉后重新关联。";
    /// The linked form is not here.
    LinkMissing = "LINK-MISSING": "本机没有关联的单据「{}」。", "请先取得这张单据。";
    /// Fewer links than the slot asks.
    LinkTooFew = "LINK-TOO-FEW": "关联不足：{}。", "请补充关联后重试。";
    /// More links than the slot takes.
    LinkTooMany = "LINK-TOO-MANY": "关联太多：{}。", "没有改动。请缩小范围后重试。";

    /// An empty file.
    FileEmpty = "FILE-EMPTY": "「{}」是空文件，没有附上。", "请检查文件后重新选择。";
    /// A file over the limit.
    FileTooBig = "FILE-TOO-BIG": "「{}」超过单个附件的上限。", "请压缩或拆分后重新选择。";
    /// More or fewer bytes than were announced.
    FileSize = "FILE-SIZE": "收到的字节数与文件大小不符，没有附上。", "文件可能在上传时被改动，请重新选择。";
    /// No such upload.
    FileUploadUnknown = "FILE-UPLOAD-UNKNOWN": "没有正在进行的这次上传。", "请重新选择文件。";
    /// Too many uploads at once.
    FileUploadsTooMany = "FILE-UPLOADS-TOO-MANY": "同时上传的文件太多。", "请等前面的文件完成后再选。";
    /// The chunk is not base64 or too long.
    FileChunk = "FILE-CHUNK": "上传的数据段有误，没有附上。", "请重新选择文件。";
    /// No such attachment field.
    FileSlot = "FILE-SLOT": "没有「{}」这个附件栏。", "";
    /// The attachment is not part of this form.
    FileUnknown = "FILE-UNKNOWN": "这张单据没有这个附件。", "";
    /// The bytes are not in the store.
    FileMissing = "FILE-MISSING": "附件未到齐，不能签名。", "可以查看单据；请先取得缺少的附件。";

    /// The prepared request is not known, expired or of another person.
    SignGone = "SIGN-GONE": "这次签名请求已经失效。", "没有签名。请回到单据重新操作。";
    /// Too many prepared requests.
    SignTooMany = "SIGN-TOO-MANY": "未完成的签名请求太多。", "请先完成或取消已打开的签名窗口。";
    /// The bytes changed since the dialog showed them (C4).
    SignDigest = "SIGN-DIGEST": "内容与签名窗口显示的不一致，没有签名。", "请关闭签名窗口，核对单据后重新操作。";
    /// The form moved on since the dialog was opened.
    SignStale = "SIGN-STALE": "单据状态已经变化，没有签名。", "请刷新单据，看过新的内容后再操作。";
    /// A rule of the journal forbids it.
    SignIllegal = "SIGN-ILLEGAL": "现在不能这样签：{}", "没有签名，单据没有改动。";
    /// The next signer may not be the submitter, a saver or the applicant.
    SignOwn = "SIGN-OWN": "不能审批自己申请、填写或送签的单据。", "请由另一位有权的人签。";
    /// The delegation does not cover today.
    SignDelegation = "SIGN-DELEGATION": "今天不在代签授权的日期之内。", "请由授权人本人签，或请管理员重新登记授权。";
    /// It is not the turn of this step.
    SignNotTurn = "SIGN-NOT-TURN": "还没有轮到这一步，或者这一步已经签过。", "请按签批顺序办理。";
    /// The person has none of the roles.
    SignNoRole = "SIGN-NO-ROLE": "您的角色不能办理这一步。", "";
    /// The person signed a step already that must be signed by someone else.
    SignSamePerson = "SIGN-SAME-PERSON": "此人已经签过须由不同的人签的步骤。", "请由另一位有权的人签。";
    /// Paper is demanded.
    SignInkRequired = "SIGN-INK-REQUIRED": "这一步以纸质签字为准，不能电子签。", "请打印签字后由台账登记员登记扫描件。";
    /// Paper is not allowed.
    SignInkForbidden = "SIGN-INK-FORBIDDEN": "这一步不接受纸质签字。", "";
    /// Only a registrar records paper and seals.
    SignNotRegistrar = "SIGN-NOT-REGISTRAR": "只有台账登记员可以办理。", "";
    /// Ink without a scan of this form.
    SignScanMissing = "SIGN-SCAN-MISSING": "请先附上签字页的扫描件。", "";
    /// An outside signer is called like a person of the registry.
    SignOutsiderKnown = "SIGN-OUTSIDER-KNOWN": "「{}」与名册中的人同名，不能按名册外人员登记。", "请在名册中选择签字人；确是同名的另一人，请在姓名后写明其单位。";
    /// A rejected or sealed form takes no such action.
    SignFinal = "SIGN-FINAL": "单据已经作废或定稿，不能再办理这一步。", "如需更正，请另填一张单据。";
    /// The form is under way and cannot be edited or sent.
    SignUnderWay = "SIGN-UNDER-WAY": "单据正在签批，不能修改或重复送签。", "需要修改请先撤回或退回。";
    /// Not an editor of this form.
    SignNotEditor = "SIGN-NOT-EDITOR": "您不是这张单据的填写人。", "请由填写人办理，或请填写人转交给您。";
    /// Whoever would go on has no role that may edit the form.
    HandoverRole = "HANDOVER-ROLE": "「{}」没有填写这种单据的角色，不能转交。", "请转交给有填写角色的人，或先请管理员安排角色。";
    /// Nobody can sign a step of the plan.
    SignNobody = "SIGN-NOBODY": "「{}」没有人可以签，不能送签。", "请管理员在「名册」中安排这一角色。";
    /// The plan in the form is not that of definition and content (C5, F7).
    SignPlan = "SIGN-PLAN": "签批步骤与单据内容不符，不能签。", "请退回起草人重新送签，并告知审计员。";
    /// A gate is not met.
    SignGate = "SIGN-GATE": "条件未满足，不能办理。", "请按提示补齐后再办理。";
    /// The table does not take the row now.
    SignTable = "SIGN-TABLE": "现在不能在这里登记。", "单据状态或您的角色不允许登记这一项。";
    /// The table is written by an action of its own.
    SignTableOwn = "SIGN-TABLE-OWN": "「{}」不能当作普通记录登记。", "请用单据上的同名按钮办理。";
    /// The stated time cannot be that of the row.
    EntryTime = "ENTRY-TIME": "所填时间{}。", "请核对日期和时间，已填写的内容仍在。";
    /// The row is recorded well after its stated time.
    EntryLate = "ENTRY-LATE": "所填时间早于现在 10 分钟以上，将记为补录。", "";
    /// The single row is already there.
    SignTableFilled = "SIGN-TABLE-FILLED": "这一项已经登记过，只能由原登记人或台账登记员更正。", "";
    /// The seat is not the sealing PC of the ledger.
    SignNotSealingPc = "SIGN-NOT-SEALING-PC": "这台电脑不是本台账的定稿机。", "请在定稿机上核准定稿。";
    /// No number is left or leased.
    SignNoNumber = "SIGN-NO-NUMBER": "没有可用的编号。", "请管理员领取编号段。";
    /// This PC has sealed the form, though its database does not say so (K7).
    SealListed = "SEAL-LISTED": "这张单据已在本机定稿，数据库里却没有，可能是从备份恢复的副本。", "没有签名。请先与其他电脑交换一次数据，定稿会回来；只有这一台电脑的，请按纸件另填一张单据。";
    /// The database was a copy and nothing has been exchanged since (K7).
    SealNotExchanged = "SEAL-NOT-EXCHANGED": "本机的数据恢复以后还没有交换过，不能定稿。", "没有签名。请收进其他电脑在登记本机新席位以后写出的全部内容。";
    /// A form that is no register record in a sealing of many.
    SignNotRegister = "SIGN-NOT-REGISTER": "「{}」不是登记类单据，不能日清。", "没有签名。请从单据里单独核准定稿。";
    /// One of many forms cannot be sealed.
    SignOneOfMany = "SIGN-ONE-OF-MANY": "有一张不能定稿：{}", "一张都没有定稿。请按提示补齐，或去掉这一张后重新签名。";
    /// Too many events in one action.
    SignTooManyEvents = "SIGN-TOO-MANY-EVENTS": "一次签名的事项太多。", "一次最多 200 项，请分批办理。";
    /// A limit of the journal.
    SignLimit = "SIGN-LIMIT": "超出单据的容量限制：{}", "没有签名。";
    /// The draft is forked.
    SignForked = "SIGN-FORKED": "草稿有两个不同的版本，请先选定一个。", "两个版本都保存着。";

    /// Paper came back that was not printed from the present content.
    PaperOther = "PAPER-OTHER": "现在的内容还没有打印过，这张纸件不能作为它的签字凭据。", "";
    /// A glyph is missing or the slip cannot be laid out.
    PaperRefused = "PAPER-REFUSED": "不能排版打印：{}", "单据没有改动。";
    /// No such copy name.
    PaperCopy = "PAPER-COPY": "没有「{}」这一联。", "";
    /// Not a title of this form.
    PaperTitle = "PAPER-TITLE": "这张单据不能以「{}」为名打印。", "";
    /// The printer refused.
    PrinterFailed = "PRINTER-FAILED": "打印机没有接受：{}", "可以在预览中另存 PDF 后再打印。";
    /// No Print entry was signed for this copy.
    PrintNotSigned = "PRINT-NOT-SIGNED": "请先登记打印。", "每次打印都会记入单据。";

    /// No such ledger.
    LedgerUnknown = "LEDGER-UNKNOWN": "没有「{}」这本台账。", "请刷新列表。";
    /// A book with more forms than one file takes.
    LedgerLong = "LEDGER-LONG": "这一年的单据太多，一次最多 {} 张。", "请在列表里按条件查找。";
    /// More rows of tables than one file takes.
    LedgerRows = "LEDGER-ROWS": "这一年单据里的明细太多，一个文件最多 {} 行。", "请到单据里逐张查看或打印。";
    /// The person may not take contents out.
    ExportRole = "EXPORT-ROLE": "您的角色不能导出这本台账。", "";

    /// The script of the sample does not fit the forms.
    SampleScript = "SAMPLE-SCRIPT": "样例有误：{}。", "本单位的数据没有改动。请把这条信息告诉运维人员。";
    /// There is no sample here.
    SampleNone = "SAMPLE-NONE": "本机没有样例。", "";
    /// What is signed belongs to the sample: said in the sign window.
    SampleSigned = "SAMPLE-SIGNED": "这是样例，签的不是本单位的单据。", "";
    /// The sample is being made.
    SamplePlaying = "SAMPLE-PLAYING": "样例正在生成。", "请等它完成，或先停止。";

    /// This host ends too soon to answer other PCs.
    RelayNone = "RELAY-NONE": "这个程序做完就退出，不能做局域网中继。", "开关已记下，打开签办的窗口后生效。";
    /// The registry does not allow it, or no registrar has a seat here.
    RelayNotAllowed = "RELAY-NOT-ALLOWED": "本机不能做局域网中继。", "请管理员在「设置」里允许局域网中继；只有台账登记员的电脑可以做。";
    /// Only a registrar or an administrator switches it.
    RelayRole = "RELAY-ROLE": "只有台账登记员和管理员能开关局域网中继。", "";
    /// No address of one PC.
    RelayPlace = "RELAY-PLACE": "「{}」不是一台电脑的地址。", "请写本机在局域网里的一个地址，可以带端口，例如 192.168.1.5:8490。";
    /// Nothing can answer at the address.
    RelayAddress = "RELAY-ADDRESS": "不能在 {} 上应答。", "这个地址不是本机的，或者端口已被别的程序占用。请换一个地址或端口，程序会自动重试。";
    /// What the service keeps cannot be opened.
    RelayBegin = "RELAY-BEGIN": "局域网中继没有开起来。", "本机的单据不受影响。请检查磁盘空间，再重新打开程序；仍然不行的，请联系运维人员。";

    /// The list position is not ours.
    CursorBad = "CURSOR-BAD": "列表位置已失效。", "请从第一页重新查看。";
    /// The limit of a list.
    LimitBad = "LIMIT-BAD": "每页行数应在 1 至 200 之间。", "";
    /// A verify is already running.
    VerifyRunning = "VERIFY-RUNNING": "校验正在进行。", "";
    /// A defect of the program.
    Internal = "INTERNAL": "程序内部出错：{}", "已保存的内容都在。请把这条信息告诉运维人员。";
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::BTreeSet;

    /// What the screen relies on: an upper-case code, a Chinese sentence, no stray Latin words.
    pub(super) fn is_well_worded(code: Code) {
        let text = code.as_str();
        assert!(text.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{text} is not a code");
        for words in [code.message(), code.advice()].into_iter().filter(|words| !words.is_empty()) {
            assert!(words.ends_with(['。', '}']), "{text}: {words} does not end a sentence");
            assert!(words.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{text}: not Chinese");
            let latin = words.replace("PDF", "").chars().any(|c| c.is_ascii_alphabetic());
            assert!(!latin, "{text}: {words} shows Latin words to a clerk");
            assert!(words.matches("{}").count() <= 1, "{text}: two places to fill");
        }
        assert!(!code.message().is_empty(), "{text} says nothing");
        assert!(!code.advice().contains("{}"), "{text}: only the message names the matter");
    }

    #[test]
    fn codes_are_unique() {
        let unique: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), Code::ALL.len(), "two codes share a text");
    }
}
