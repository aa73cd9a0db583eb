//! The closed list of refusal codes: one stable word per rule, the same in the command line, in the
//! relay's replies and in register events (`docs/refusals.md` is printed from this table).
//!
//! A code never changes its meaning and is never used again for something else. The words beside it
//! are for people; programs look at the code only.

use std::fmt;
use std::str::FromStr;

/// The families of rules, in the order in which they are judged and listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The bytes do not have the form of an item.
    Form,
    /// Level, mark, term and what the policy says about the level.
    Level,
    /// Who signed, and with which key.
    Signatures,
    /// Which directory is named, and whether it is in force.
    Directory,
    /// Which policy is named, and whether it is in force.
    Policy,
    /// Clearance, affiliation and state of the people concerned.
    Clearance,
    /// Scope, copies and their holders.
    Scope,
    /// Deciders and their decisions.
    Decisions,
    /// The access note and its rows.
    Access,
    /// Sizes, clocks and days.
    Limits,
}

impl Family {
    /// All families in order.
    pub const ALL: [Self; 10] = [
        Self::Form,
        Self::Level,
        Self::Signatures,
        Self::Directory,
        Self::Policy,
        Self::Clearance,
        Self::Scope,
        Self::Decisions,
        Self::Access,
        Self::Limits,
    ];

    /// The family's name in English and Chinese.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Form => ("form", "格式"),
            Self::Level => ("level", "密级"),
            Self::Signatures => ("signatures", "签名"),
            Self::Directory => ("directory", "名录"),
            Self::Policy => ("policy", "规章"),
            Self::Clearance => ("clearance", "人员"),
            Self::Scope => ("scope", "知悉范围"),
            Self::Decisions => ("decisions", "审批"),
            Self::Access => ("access", "拆封名单"),
            Self::Limits => ("limits", "限度与时间"),
        }
    }
}

/// What a code says to people, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The rule that was broken, one English sentence without a full stop.
    pub meaning: &'static str,
    /// What to do next, in English.
    pub advice: &'static str,
    /// The rule in Chinese.
    pub meaning_zh: &'static str,
    /// What to do next, in Chinese.
    pub advice_zh: &'static str,
}

macro_rules! codes {
    ($( $family:ident { $( $variant:ident $code:literal $meaning:literal $advice:literal $zh:literal $advice_zh:literal )* } )*) => {
        /// Why something was refused. Closed: a new rule gets a new code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $( $( #[doc = $meaning] $variant, )* )*
        }

        impl Code {
            /// Every code, family by family, in the order in which families are judged.
            pub const ALL: &'static [Self] = &[ $( $( Self::$variant, )* )* ];

            /// The stable word, as it stands in replies, events and `--json`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( $( Self::$variant => $code, )* )* }
            }

            /// The family of rules the code belongs to.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $( $( Self::$variant => Family::$family, )* )* }
            }

            /// What the code says to people.
            #[must_use]
            pub const fn words(self) -> Words {
                match self { $( $( Self::$variant => Words {
                    meaning: $meaning, advice: $advice, meaning_zh: $zh, advice_zh: $advice_zh,
                }, )* )* }
            }
        }
    };
}

codes! {
    Form {
        Malformed "malformed"
            "the header is not the header of an item"
            "ask the sender for the item again; if it repeats, keep the file for the key officer"
            "文件头不符合密件格式" "请发件人重新提供；再次出现时保留原件交密钥管理员"
        NotAnItem "not-an-item"
            "an age file, but not an item: label, manifest or access note is missing"
            "open it with an age program, or ask the sender to seal it as an item"
            "是 age 文件但不是密件：缺少密级标签、内封或拆封名单" "用 age 程序打开，或请发件人按密件密封"
        TooLarge "too-large"
            "a part of the header is larger than an item may carry"
            "name fewer recipients or files, or send two items"
            "文件头某部分超出密件限度" "减少收件人或文件，或分两件发送"
        SuiteMixed "suite-mixed"
            "recipient stanzas of two suites, or of another suite than the label names"
            "seal again: every wrap of one item uses one suite"
            "封钥混用两种算法套件，或与标签所载套件不同" "重新密封：一件只用一种套件"
        OtherManifest "other-manifest"
            "the manifest is not the one the label names"
            "do not use the item; ask the sender for it again"
            "内封不是标签所载的那一份" "不得使用；请发件人重新提供"
        WrongType "wrong-type"
            "a signed text made for another purpose stands where this one belongs"
            "ask the sender to seal again"
            "此处出现了为其他用途签署的文本" "请发件人重新密封"
        WrongOrg "wrong-org"
            "the text was signed for another organisation or rehearsal"
            "nothing of another organisation can be used here; check which home is in use"
            "文本属于其他单位或演练" "他单位文本不能使用；检查当前使用的目录"
    }
    Level {
        TopSecret "top-secret"
            "top secret, or a level that is missing or unknown and therefore counts as top secret"
            "never by computer: take it to the registry office on paper"
            "绝密，或密级缺失、无法识别而按绝密对待" "不得使用计算机处理：以纸质交机要室办理"
        MarkUnreadable "mark-unreadable"
            "the typed mark is not a mark this program knows"
            "type it as printed, for example 秘密★10年, 机密★6个月, 内部 or 无密级"
            "输入的密级标志无法识别" "按印制形式输入，例如 秘密★10年、机密★6个月、内部、无密级"
        MarkDiffers "mark-differs"
            "the printed mark, or the document number's, does not say the same as level and term"
            "seal again with the right mark"
            "密级标志或发文字号所带标志与密级、保密期限不一致" "以正确标志重新密封"
        TermTooLong "term-too-long"
            "the term is longer than the level allows"
            "shorten the term: at most 20 years for 机密, 10 years for 秘密"
            "保密期限超过该密级最长期限" "缩短期限：机密不超过20年，秘密不超过10年"
        TermUnfit "term-unfit"
            "this kind of term does not fit the level"
            "a secret needs a term; 无密级 has none"
            "保密期限的形式与密级不符" "涉密件必须有期限；无密级不得有期限"
        EndsDiffer "ends-differ"
            "the stated end of the term does not follow from start and term"
            "seal again"
            "所载到期日与起算日、期限不符" "重新密封"
        LevelNotSendable "level-not-sendable"
            "the policy in force does not let this level be sent"
            "keep it outside the relay, or have the policy changed"
            "现行规章不允许传送该密级" "不经交换站办理，或修改规章"
        DecidersDiffer "deciders-differ"
            "the deciders of label or request, or the kind of approval, are not those the policy demands"
            "seal or ask again under the policy in force"
            "标签或申请所载审批人或审批方式与规章不符" "按现行规章重新密封或重新申请"
        SuiteNotAllowed "suite-not-allowed"
            "the policy does not allow this cipher suite at this level"
            "seal with the hybrid suite; recipients with classic keys need new ones"
            "规章不允许该密级使用此算法套件" "使用混合套件密封；仅有传统密钥的收件人须换发密钥"
        DerivedUnclassified "derived-unclassified"
            "something derived from another item cannot be unclassified"
            "give it the level of its source, or have it declassified first"
            "由其他密件派生的内容不得标为无密级" "沿用来源密级，或先行解密"
        LabelUnfit "label-unfit"
            "a field of the label cannot stand in an item"
            "shorten or correct the field named"
            "标签某一项不符合密件要求" "按提示缩短或更正该项"
        SpeechCopied "speech-copied"
            "it is not to be transcribed, and yet holders may copy it"
            "let nobody copy it, or leave the flag out"
            "注明不得整理，却又允许复制" "改为不得复制，或去掉该注明"
        ManifestUnfit "manifest-unfit"
            "title, file names or reasons cannot stand in an item"
            "shorten or correct what is named; a title and every file need a name without control characters"
            "标题、文件名或理由不符合密件要求" "按提示缩短或更正；标题与文件名不得为空或含控制字符"
        TitleMark "title-mark"
            "the title carries a higher mark than the one declared"
            "declare the higher level, or correct the title"
            "标题所带密级标志高于所定密级" "按较高密级定密，或更正标题"
        NameMark "name-mark"
            "a file name carries a higher mark than the one declared"
            "declare the higher level, or rename the file"
            "文件名所带密级标志高于所定密级" "按较高密级定密，或更改文件名"
        BasisMissing "basis-missing"
            "the policy has a catalogue for this level, and the item names no clause of it"
            "find the clause and name it as the basis; without one it is no secret of this level"
            "规章备有该密级的定密依据目录，而该件未写明条款" "对号入座，写明条款；找不到条款的不得定为该密级"
        BasisUnknown "basis-unknown"
            "the clause named as the basis stands in no catalogue of the policy"
            "name a clause as the catalogue writes it; the program offers those that come near"
            "所写定密依据不在规章的目录中" "按目录原文写明条款；程序会列出相近的条款"
        BasisLevel "basis-level"
            "none of the clauses named gives this level: it is above their highest, or they are for secrets of another kind"
            "take the level that the clause gives, or name the clause that gives this one"
            "所写条款都不能定该密级：高于条款的最高密级，或条款属于另一类秘密" "按条款所定密级定密，或改写能定该密级的条款"
        BasisTerm "basis-term"
            "the term is longer than any of the clauses named allows"
            "shorten the term to what the clause allows"
            "保密期限超过所写条款的最长期限" "缩短到条款允许的期限"
    }
    Signatures {
        SenderUnknown "sender-unknown"
            "the directory has no such sender"
            "synchronise the directory; if it stays, do not use the item"
            "名录中没有该发件人" "同步名录；仍无则不得使用该密件"
        SenderKey "sender-key"
            "the signing key is not an active key of the sender"
            "the sender must seal with the key the directory now holds"
            "签名密钥不是发件人的有效密钥" "发件人须使用名录所载有效密钥重新密封"
        LabelSignature "label-signature"
            "the label is not signed by its sender"
            "do not use the item; keep it and tell the key officer"
            "密级标签未经发件人有效签名" "不得使用；保留并报告密钥管理员"
        SignerRevoked "signer-revoked"
            "the label or the access note was signed after its key had been revoked"
            "do not use the item; keep it and tell the key officer"
            "标签或拆封名单系在签名密钥停用之后签署" "不得使用；保留并报告密钥管理员"
        SignerUnproven "signer-unproven"
            "the key that signed the label or the access note has been revoked, and nothing proves that it signed before"
            "fetch the item from the relay with its evidence, or have the sender seal again with the present key"
            "标签或拆封名单的签名密钥已被停用，且无从证明签署在先" "从交换站连同凭证一并取件，或请发件人以现用密钥重新密封"
        StationKey "station-key"
            "the station named is not an active station of the sender"
            "seal on an enrolled station, or enrol this one"
            "所载终端不是发件人的有效终端" "在已登记终端密封，或先登记本终端"
        AccessSignature "access-signature"
            "the access note carries no valid signature of its writer"
            "do not use the item; ask the sender for a new header"
            "拆封名单没有有效签名" "不得使用；请发件人重新出具文件头"
        AccessWriter "access-writer"
            "the access note is signed by someone who may not write it"
            "whoever received it does not use the item, keeps it and tells the key officer; to let somebody in, turn to the sender, or to the custodian whom the leave names"
            "拆封名单由无权者签署" "收件人不得使用，保留并报告密钥管理员；需要扩大知悉范围的，由发件人或批件所载办理人办理"
        SubmitterDiffers "submitter-differs"
            "someone other than the sender tries to submit the item"
            "only the label's sender submits it"
            "提交者不是发件人" "只能由标签所载发件人提交"
    }
    Directory {
        DirectoryUnknown "directory-unknown"
            "the directory named is not known here"
            "synchronise the directory and try again"
            "所载名录版本此处未知" "同步名录后重试"
        DirectoryDiffers "directory-differs"
            "another directory of the same number is known here"
            "stop, and show both to the key officer: one of them is false"
            "同一编号的名录内容不同" "停止使用，交密钥管理员核对：其中一份不实"
        DirectoryExpired "directory-expired"
            "the directory has expired: reading goes on, sealing does not"
            "synchronise; if there is no newer one, ask the key officer to publish"
            "名录已过期：可阅读，不可密封" "同步名录；无新版本时请密钥管理员发布"
    }
    Policy {
        PolicyUnknown "policy-unknown"
            "the policy named is not known here"
            "synchronise and try again"
            "所载规章此处未知" "同步后重试"
        PolicyDiffers "policy-differs"
            "the policy named is not the one the directory puts in force"
            "synchronise and seal again"
            "所载规章不是名录所定现行规章" "同步后重新密封"
        Standalone "standalone"
            "the policy lets nothing pass a relay: items travel by file between machines that stand alone"
            "seal it into a file and hand it over on a registered medium"
            "规章为单机办理：任何密件不得经交换站传送，只能以文件在单机之间交接" "密封成文件，用登记在册的介质交接"
    }
    Clearance {
        PersonNotActive "person-not-active"
            "a person concerned is suspended or closed"
            "leave the person out, or ask the key officer"
            "有关人员已停用或注销" "去掉该人员，或询问密钥管理员"
        SenderClearance "sender-clearance"
            "the sender is not cleared for the level"
            "have someone who is cleared send it"
            "发件人涉密等级不足" "由具备相应等级的人员发送"
        HolderClearance "holder-clearance"
            "a holder is not cleared for the level"
            "leave the holder out, or have the clearance entered first"
            "收件人涉密等级不足" "去掉该收件人，或先登记相应等级"
        DeciderClearance "decider-clearance"
            "a decider is not cleared for the level"
            "ask a decider who is"
            "审批人涉密等级不足" "改请具备相应等级的审批人"
        UnitLevel "unit-level"
            "a unit concerned may not handle the level"
            "send it to a unit that may"
            "该部门无权处理该密级" "改送有权处理的部门"
        HolderAbroad "holder-abroad"
            "a holder is abroad on the day it is made"
            "send it after the return, or name somebody else"
            "收件人当日在境外" "待其返回后再发，或改送他人"
        StationClass "station-class"
            "the machine it was sealed on may not be used for this level"
            "seal it on a machine of the class for it"
            "所用终端的类别不得处理该密级" "改在相应类别的终端上密封"
        StationUninspected "station-uninspected"
            "the inspection of the machine it was sealed on has lapsed"
            "have the machine inspected and the day entered, or seal on another"
            "所用终端的检查已过有效期" "先检查并登记有效期，或改用其他终端"
        Affiliation "affiliation"
            "someone outside or foreign stands where only own staff may"
            "secrets go to own staff only; leave the person out"
            "外单位或境外人员不得接触国家秘密" "仅限本单位人员；去掉该人员"
    }
    Scope {
        ScopeMissing "scope-missing"
            "the reading scope is empty"
            "name the people or units who may know"
            "未定知悉范围" "写明可知悉的人员或部门"
        NumberUnknown "number-unknown"
            "the directory has no person or unit of this number"
            "synchronise; check the number"
            "名录中没有该编号的人员或部门" "同步名录并核对编号"
        OutsideScope "outside-scope"
            "a copy goes to someone outside the reading scope"
            "widen the scope before sealing, or leave the copy out"
            "份号持有者不在知悉范围内" "密封前扩大知悉范围，或去掉该份"
        ClassScope "class-scope"
            "a petition or a letter names people in its scope who get no copy"
            "leave them out of the scope, or give them a copy"
            "信访、通信件的知悉范围写了收件人以外的人" "知悉范围只写收件人，或给其一份"
        ResealedLabel "resealed-label"
            "the label of the first item is not among the notes of a resealed one, or its signature does not hold"
            "do not use it; ask whoever resealed it for a complete one"
            "重封密件未附原件标签，或原标签签名不成立" "不得使用；请重封者提供完整的一件"
        ResealedDiffers "resealed-differs"
            "a resealed item changes what only a new decision may change"
            "reseal it as it was; what is to change takes a new item"
            "重封密件改动了须另行审批才能变更的内容" "照原样重封；需要变更的另行成件"
        ResealedHolder "resealed-holder"
            "a resealed item has a copy for someone who did not hold the first"
            "reseal it for its holders only; others get it as a new item"
            "重封密件的某份给了原件持有者以外的人" "只为原持有者重封；其他人另行成件发送"
        CopiesNumbering "copies-numbering"
            "copies are not numbered from 0 without gaps"
            "seal again"
            "份号未从0起连续编号" "重新密封"
        CopyZero "copy-zero"
            "copy 0 is not the sender's"
            "seal again: copy 0 stays with the sender"
            "0号份不是发件人存底" "重新密封：0号份由发件人存底"
        HolderTwice "holder-twice"
            "someone would hold two copies"
            "name each holder once"
            "同一持有者有两份" "每个持有者只列一次"
        UnitWithoutClerk "unit-without-clerk"
            "a unit has no clerk who could receive for it"
            "name a person, or have a clerk appointed"
            "部门没有可代收的机要员" "改列个人，或先指定机要员"
        SenderUnit "sender-unit"
            "the sender has no post in the unit named"
            "name the sender's own unit"
            "发件人不在所载部门任职" "填写发件人所在部门"
    }
    Decisions {
        DecideByMissing "decide-by-missing"
            "an item that waits for decisions does not say until when"
            "seal again with a time to decide"
            "待审批的密件未写明审批期限" "写明审批期限后重新密封"
        DeciderMissing "decider-missing"
            "nobody who could be asked holds the role of this step for the unit"
            "ask the key officer who reviews and approves for the unit; sender and handler never do"
            "该部门没有可以承担此环节的审批人" "向密钥管理员核实本部门的审核人、批准人；发件人与承办人不得审批"
        DeciderOwnMatter "decider-own-matter"
            "whoever sends, handles or requests something decides on it"
            "have somebody else decide"
            "发件人、承办人或申请人审批自己的事项" "改由他人审批"
        DeciderRole "decider-role"
            "a decider does not hold the step's role for this unit on that day"
            "ask somebody who does, or have the role entered first"
            "审批人当日不具有该部门此环节的职责" "改请具备职责的人，或先登记职责"
        DeciderNotAsked "decider-not-asked"
            "a decision by somebody who was not asked for this step"
            "only those asked, their deputies in force, and deciders added to the step decide"
            "未被请审的人作出了审批" "只能由被请审者、其在任代签人或加请的审批人审批"
        DeputyNotInForce "deputy-not-in-force"
            "the signer is not in force as deputy for this person and role on that day"
            "have the deputy's dates entered, or let the person asked decide"
            "签署人当日不是该人此职责的代签人" "先登记代签期限，或由被请审者本人审批"
        DeciderTwice "decider-twice"
            "one person stands at two steps, as himself or as a deputy"
            "each step needs another person"
            "同一人（本人或代签）出现在两个环节" "每个环节须由不同的人审批"
        DecisionSignature "decision-signature"
            "the decision is not signed with an active key of its signer"
            "sign again with the present key"
            "审批意见未以签署人的有效密钥签名" "以现用密钥重新签署"
        DecisionDirectory "decision-directory"
            "the decision was signed under another directory than the one in force"
            "synchronise and sign again"
            "审批意见签署时所用名录不是现行名录" "同步名录后重新签署"
        DecisionOther "decision-other"
            "the decision is about another label or request"
            "decide on this very item; any change makes another one"
            "审批意见针对的是另一份标签或申请" "须就本件审批；任何改动即成另一件"
        DecisionStep "decision-step"
            "label or request name no such step"
            "use the names of the steps as they stand there"
            "标签或申请中没有该环节" "按其中所列环节审批"
        DecisionOrder "decision-order"
            "the decision comes out of order, or its step is decided"
            "look at what waits for you again, and decide what is open"
            "审批次序不符，或该环节已有结论" "重新查看待办，只审批未决环节"
        DecisionExpired "decision-expired"
            "the decision, or one it rests on, has expired"
            "have the expired step decided again"
            "审批意见或其所依据的意见已过期" "过期环节须重新审批"
        DecideByPassed "decide-by-passed"
            "the time to decide had passed"
            "propose it again as a new item"
            "审批期限已过" "作为新件重新提出"
        DecisionRefused "decision-refused"
            "a decider refused it, and nothing after that counts"
            "read the reason, change the paper, and propose it as a new item"
            "已有审批人不同意，其后的意见无效" "查看理由，修改后作为新件提出"
        DecisionNothingToWithdraw "decision-nothing-to-withdraw"
            "there is no agreement of the signer's to take back"
            "withdraw your own agreement only, and before the last step is decided"
            "没有可以撤回的本人意见" "只能在最后环节之前撤回本人的同意"
        DecisionMissing "decision-missing"
            "copies are wrapped although the decisions demanded are not all there"
            "do not use the item; keep it and tell the key officer: whoever released it broke the rule"
            "审批未完成，却已为各份制作封钥" "不得使用；保留并报告密钥管理员：放行者违反规定"
        DecisionLeftOut "decision-left-out"
            "a decision that stands in the register is missing from the item"
            "do not use the item; fetch it again, and tell the key officer if it repeats"
            "登记簿所载的一份审批意见不在密件中" "不得使用；重新取件，再次出现时报告密钥管理员"
        DecisionNotEntered "decision-not-entered"
            "the item carries a decision that its chain in the register does not hold"
            "do not use the item; fetch it again, and tell the key officer if it repeats"
            "密件所附审批意见未见于登记簿" "不得使用；重新取件，再次出现时报告密钥管理员"
        LeaveMissing "leave-missing"
            "a leave that is cited does not stand among the item's notes"
            "do not use the item; ask for the header again"
            "所引用的批件不在密件所附文书中" "不得使用；请重新出具文件头"
        LeaveOther "leave-other"
            "the leave is for another item, person, unit or act"
            "ask leave for this very item and person"
            "该批件针对的是另一件、另一人、另一部门或另一事项" "就本件、本人另行申请"
        LeaveUndecided "leave-undecided"
            "the request was not agreed to at every step"
            "wait for the decisions; without them there is no leave"
            "该申请未经各环节同意" "等待审批；未经各环节同意不成为批件"
        LeaveExpired "leave-expired"
            "the leave may not be used any more"
            "ask leave again"
            "该批件已过使用期限" "重新申请"
        LeaveUsed "leave-used"
            "the leave was used before"
            "a leave serves once; ask again"
            "该批件已经用过" "一份批件只用一次；重新申请"
        RequestSignature "request-signature"
            "the request is not signed with an active key of the requester"
            "ask again with the present key"
            "申请未以申请人的有效密钥签名" "以现用密钥重新申请"
        RequestItem "request-item"
            "the label of an item the request concerns is not at hand, or is another one"
            "ask about the item as it is here"
            "申请所涉密件的标签不在手边或不相符" "按此处所存密件重新申请"
        RequestLevel "request-level"
            "the request names a lower level than an item it concerns has"
            "ask at the item's own level"
            "申请所写密级低于所涉密件" "按密件本身的密级申请"
        RequestUnit "request-unit"
            "another unit is asked to decide than the one that issued the item, or, where that has no say, the requester's own"
            "ask the unit that decides on this act"
            "申请未交有权审批的部门：由制发部门或申请人所在部门审批" "向该事项的审批部门申请"
        StandingBeyond "standing-beyond"
            "the standing approval does not reach so far: level, people, days or count"
            "have this item decided on by itself, or ask for another standing approval"
            "超出常设审批的密级、人员、期限或件数" "本件单独审批，或另行申请常设审批"
        StandingUsedUp "standing-used-up"
            "the standing approval has been used as often as it may be"
            "have this item decided on by itself, or ask for another standing approval"
            "常设审批的件数已用完" "本件单独审批，或另行申请常设审批"
        StandingByFile "standing-by-file"
            "a standing approval counts only where the relay counts its uses"
            "send it through the relay, or have it decided on by itself"
            "常设审批须由交换站计数，不能用于以文件送达的密件" "经交换站发送，或单独审批"
        ParentMissing "parent-missing"
            "the label of a source is not among the notes of what was derived from it, or its signature does not hold"
            "derive it again with the source at hand"
            "派生密件未附来源标签，或其签名不成立" "持来源密件重新派生"
        DerivedLevel "derived-level"
            "something derived is below the highest level of its sources"
            "give it the highest level among them; lowering is the issuer's to decide"
            "派生密件低于来源的最高密级" "按来源最高密级定密；降密由制发单位决定"
        DerivedTerm "derived-term"
            "something derived does not have the term of its source"
            "take over the longest term among the sources of its level"
            "派生密件的保密期限与来源不一致" "沿用同密级来源中最长的期限"
        DerivedScope "derived-scope"
            "somebody in the scope was not in that of every source"
            "leave the person out, or have the source's scope widened first"
            "知悉范围中有人不在全部来源的知悉范围内" "去掉该人员，或先扩大来源的知悉范围"
        DerivedLeave "derived-leave"
            "the source's issuer gave no leave to derive from it"
            "ask the unit that issued the source"
            "未经来源制发单位同意派生" "向来源制发单位申请"
        DerivedNoMinutes "derived-no-minutes"
            "the source is not to be transcribed or derived from"
            "leave it out; there is no leave for this"
            "来源注明不得整理、派生" "不得引用；此项不予批准"
    }
    Access {
        AccessOtherItem "access-other-item"
            "the access note belongs to another item"
            "do not use it; ask the sender for the right header"
            "拆封名单属于另一密件" "不得使用；请发件人提供正确文件头"
        AccessOtherLabel "access-other-label"
            "the access note belongs to another label"
            "do not use it; ask the sender for the right header"
            "拆封名单属于另一标签" "不得使用；请发件人提供正确文件头"
        AccessStanzas "access-stanzas"
            "the recipient stanzas are not those the access note was written for"
            "do not use it; ask the sender for the right header"
            "封钥与拆封名单所载不符" "不得使用；请发件人提供正确文件头"
        AccessRows "access-rows"
            "rows and recipient stanzas do not match one to one"
            "do not use it; ask the sender for the right header"
            "名单各行与封钥不一一对应" "不得使用；请发件人提供正确文件头"
        AccessSequence "access-sequence"
            "the access note is not the next of its line"
            "fetch the header now in force and write the next one on it"
            "拆封名单不是该序列的下一份" "取得现行文件头后在其上出具下一份"
        AccessStale "access-stale"
            "a newer access note of this item is already known"
            "use the newer header"
            "已有更新的拆封名单" "使用较新的文件头"
        AccessSplit "access-split"
            "two different access notes claim the same place in the line"
            "keep both as evidence and tell the key officer"
            "同一序号出现两份不同拆封名单" "两份均作凭证保留并报告密钥管理员"
        AccessDirectory "access-directory"
            "the access note rests on an older directory than the label or the note before it"
            "do not use it; ask the sender for the right header"
            "拆封名单所依名录早于标签或前一份拆封名单" "不得使用；请发件人提供正确文件头"
        LineUnsupported "line-unsupported"
            "a holder's own access note, which this place does not accept"
            "submit the shared note of the item"
            "持有者自写的拆封名单，此处不接受" "提交该密件的共同拆封名单"
        OwnReplacesShared "own-replaces-shared"
            "a holder's own access note would replace the shared one, which everybody's header follows"
            "write the next shared note; an own note stays with its holder"
            "持有者自写的拆封名单不得取代共同名单" "出具下一份共同名单；自写名单由持有者自存"
        OwnBasis "own-basis"
            "the shared access note that this own note rests on is not at hand, or is another one"
            "fetch the item again from the relay; its holder then re-wraps it anew"
            "自写名单所依的共同名单不在手边，或并非同一份" "从交换站重新取件；由持有者重新换封"
        OwnRow "own-row"
            "an own access note gives a wrap to someone other than its writer or his unit"
            "do not use it; tell the key officer"
            "自写名单把封钥给了本人及其部门以外的人" "不得使用；报告密钥管理员"
        RowKeyTwice "row-key-twice"
            "one key stands in two rows"
            "seal again: each key once"
            "同一密钥出现两次" "重新密封：每个密钥只列一次"
        RowKeyUnknown "row-key-unknown"
            "a row names a key the directory does not hold"
            "synchronise and seal again"
            "名单所列密钥不在名录中" "同步名录后重新密封"
        RowKeyInactive "row-key-inactive"
            "a row names a retired or stopped key"
            "synchronise and seal again for the key now active"
            "名单所列密钥已退役或停用" "同步名录，按有效密钥重新密封"
        RowKeyKind "row-key-kind"
            "a row names a key of another kind than its stanza"
            "seal again"
            "名单所列密钥种类与封钥不符" "重新密封"
        RowHolder "row-holder"
            "a row names a key that is not its holder's"
            "do not use it; tell the key officer"
            "名单所列密钥不属于所称持有者" "不得使用；报告密钥管理员"
        RowRight "row-right"
            "a row gives a right the label does not give its holder"
            "do not use it; tell the key officer"
            "名单给予了标签未给予的权利" "不得使用；报告密钥管理员"
        CopyWithoutRow "copy-without-row"
            "a copy has no row: its holder could never open the item"
            "seal again; a holder without an opening key must enrol first"
            "某份不在拆封名单里，持有者无法打开" "重新密封；无密钥的持有者须先登记"
        RecoveryWithoutRow "recovery-without-row"
            "a unit named for recovery has no row"
            "seal again"
            "所载恢复部门不在拆封名单里" "重新密封"
        RecoveryMissing "recovery-missing"
            "the policy wants a recovery key among the recipients, and the item has none"
            "have the key officers deal a recovery key for the unit, then seal again"
            "规章要求封入恢复密钥，而该件没有" "请密钥管理员为本部门分发恢复密钥，再重新密封"
        RecoverySurplus "recovery-surplus"
            "a recovery key stands among the recipients that the policy does not allow, or that is neither the sender's unit's nor of a unit above it"
            "seal again without that recovery key"
            "封入了规章不允许的恢复密钥，或者它既不属于发件部门、也不属于其上级部门" "去掉该恢复密钥，重新密封"
        DeciderWithoutRow "decider-without-row"
            "a decider has no row: whoever approves must be able to read"
            "seal again"
            "审批人不在拆封名单里：审批人须能阅读" "重新密封"
        RowDropped "row-dropped"
            "a row was left out though its key is not stopped"
            "write the access note again with every row"
            "未停用的密钥被从名单中去掉" "补全名单后重新出具"
        ReaderNotListed "reader-not-listed"
            "no accepted row names a key of the reader"
            "you are not a recipient; ask the sender"
            "拆封名单里没有阅读者" "您不是收件人，请询问发件人"
    }
    Limits {
        ContentLength "content-length"
            "the stated content length is none a payload can have, or above the largest"
            "seal again; very large material goes in several items"
            "所载内容长度不成立或超出上限" "重新密封；过大材料分件"
        MadeInFuture "made-in-future"
            "the item claims to be made later than now"
            "set the station's clock and seal again"
            "制作时间晚于现在" "校正终端时钟后重新密封"
        MadeBeforeDirectory "made-before-directory"
            "the item claims to be made before the directory it names"
            "set the station's clock and seal again"
            "制作时间早于所依名录" "校正终端时钟后重新密封"
        ClockFarOff "clock-far-off"
            "the clock here or at the sender is far off"
            "set this machine's clock; if it is right, the sender's is wrong"
            "此处或发件人的时钟严重偏差" "校正本机时钟；如本机无误则为发件方时钟有误"
        TimesOrder "times-order"
            "the label's times contradict one another"
            "decide-by and not-before come first, then read-by, then keep-until"
            "标签所载各时间互相矛盾" "审批期限与启用时间在前，其次阅读期限，最后保存期限"
        TimePassed "time-passed"
            "a time by which the item had to be decided, read or kept has already passed"
            "seal again with a later time"
            "审批、阅读或保存期限已过" "以较晚时间重新密封"
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is not the word of any code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refusal code")]
pub struct UnknownCode;

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn codes_are_distinct_kebab_words() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let word = code.as_str();
            assert!(seen.insert(word), "{word} twice");
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{word}");
            assert_eq!(word.parse::<Code>().unwrap(), *code);
        }
        assert_eq!("no-such-code".parse::<Code>(), Err(UnknownCode));
    }

    #[test]
    fn codes_stand_in_family_order() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.family()));
    }

    /// `docs/refusals.md` holds exactly the table printed from the code.
    #[test]
    fn document_matches_the_table() {
        let mut table = String::new();
        for family in Family::ALL {
            let (english, chinese) = family.names();
            table.push_str(&format!(
                "\n### {english} {chinese}\n\n| code | what it means | what to do |\n|---|---|---|\n"
            ));
            for code in Code::ALL.iter().filter(|code| code.family() == family) {
                let w = code.words();
                table.push_str(&format!(
                    "| `{code}` | {}<br>{} | {}<br>{} |\n",
                    w.meaning, w.meaning_zh, w.advice, w.advice_zh
                ));
            }
        }
        let document = include_str!("../../../docs/refusals.md");
        assert!(document.ends_with(&table), "docs/refusals.md should end with:\n{table}");
    }
}
