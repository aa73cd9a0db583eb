# 简体中文：密钥管理员看到的文字。键与 en/officers.ftl 一一对应；用词依 docs/glossary.md。

## 密钥管理员

officer-exists = 这个目录里已经有一个单位
officer-card = 交换站名片不完整
officer-none = 这里没有管理员密钥
officer-none-next = 用建立单位时的那个目录：--home
officer-draft-old = 登记草稿所依的名录已经换了版本
officer-draft-old-next = 删去 officer/draft.json 后重新登记
officer-internal = 签署时内部出错
enrol-twice = 申请中的密钥已经在名录里
publish-unfit = 草稿通不过核验，没有签署
ask-own-name = 本人姓名
joined = 已认定 { $name } 的信任根
request-written = 加入申请已写到 { $path }
name-request-number = 申请核对号
join-next = 把申请文件交给密钥管理员，并当面或电话念出核对号。登记发布后：vault keys sync --from 单位文件
name-organisation = 单位
name-fingerprint = 指纹
fingerprint-ask = 与密钥管理员当面或电话告知的 30 位数字一致吗？
fingerprint-differs = 指纹不符：这不是密钥管理员所说的单位
fingerprint-differs-next = 不要加入，立即告诉密钥管理员

## 管理员与密钥

officer-key-exists = 这个目录里已经有管理员密钥，不会覆盖
officer-key-exists-next = 一位管理员用一个目录，另一位请用 --home 指定
officer-name-unfit = 这个姓名不能写入信任根
officer-made = 管理员密钥已生成，并用口令锁好
officer-taken = 管理员密钥已收进这个目录，其余副本请销毁
officer-card-written = 管理员名片：{ $path }
name-card-number = 名片核对号
officer-made-next = 把名片交给筹建人或其他管理员，并念出核对号。
officer-card-bad = 这不是管理员名片，或持有人并不掌握其中的密钥：{ $path }
officer-organisation-next = 先用 vault keys officer --organisation 单位文件 认定单位
officer-alone = 只有一位管理员：一个人就能做任何事，密钥一丢便无人能接续。请设三位
officer-key-away = 交本人带走的密钥文件：{ $path }（收入：vault keys officer --take）
ask-officers = 各位管理员的姓名（宜设三位，用逗号隔开）
ask-units = 各部门名称，用逗号隔开（可以不填）
init-ask = 就这样建立单位吗？
init-thresholds = --thresholds 要写三个数：换信任根、发名录、停用各需几人
officers-nobody = 没有叫 { $who } 的管理员
officers-list-next = 用 vault keys officers 查看
officers-unfit = 信任根不能这样改
officers-unfit-next = 各项人数至少一人、至多全体；停用不多于发名录，发名录不多于换信任根
officers-card = { $name } 的名片，核对号 { $number }：请当面或电话核对
name-office = 代号

## 待签件

paper-unreadable = 这不是待管理员签署的文件：{ $path }
paper-different = 这是两份内容不同的待签件，签名只能在同一份的副本之间合并
paper-different-next = 用 vault keys sign 比对两份的核对号，只用其中一份
paper-outdated = 它依据的是第 { $found } 版信任根，现行的是第 { $wanted } 版：签过的人可能已不是管理员
paper-overtaken = 提出之后已另有发布，这份已经过时
paper-anew-next = 先把这里更新到最新（vault keys sync），再重新提出
paper-too-few = 需要 { $needed } 位现任管理员签署，现有 { $signed } 位
paper-unsigned = 还没有人签署
paper-too-few-next = 把文件交给另一位管理员签署：vault keys sign 文件
paper-wrong-line = 文件里有一个签名不成立：签后内容被改，或有人伪造
paper-wrong-line-next = 保留文件，找签名所写的那位管理员核实
paper-other-org = 这是另一个单位的文件
paper-sequence = 下一版信任根应是第 { $wanted } 版，这份却是第 { $found } 版
paper-forgets = 这份名录漏掉了在册人员，或让已失效的密钥复活，不允许
paper-grants = 这份停用单把前一份停掉的又放开了；停用单只能停，不能放
paper-grants-next = 要恢复，请走名录：vault keys resume
paper-broken = 这份待签件通不过核验，不要签署
act-refused = 这一操作被拒绝
sign-ask = 签署以上 { $count } 份吗？
sign-hash = 核对号：{ $hash }
sign-progress = 需 { $needed } 位管理员签署，已有 { $count } 位：{ $names }
sign-half = 只有两把密钥中的一把签了，不算数：{ $names }
sign-not-counted = 以下签名者不是现任管理员，不算数：{ $names }
sign-no-officer = 这把密钥不是现任管理员的
sign-no-officer-next = 用 vault keys officers 查看现任管理员；有过变更的，先把这里更新到最新
sign-merge-one = --merge 只能与一个文件同用
signed = { $names } 已签署：{ $path }
signed-next = 把 { $path } 交给下一位管理员：vault keys sign { $path }
signed-enough-next = 签署人数已够：vault keys publish { $path }
publish-signed-ask = 现在生效发布吗？
publish-note-where = 请用 -o 指明签好的文本写到哪里
published-note = 签好的文本：{ $path }
published-stop = 第 { $number } 号停用单已生效
transcript-changed = 签署记录在第 { $entry } 条对不上，被改动过
transcript-changed-next = 原样保留，与其他管理员的签署记录比对
transcript-whole = 共 { $entries } 条，前后相接；末条为 { $hash }。把它另行记下，日后可查有无截断。

## 停用

stop-already = 这把密钥已经停用
stop-no-key = 此人没有这把密钥
stop-closed = 此人已离职，没有可停的
stop-suspended = 此人已经停权
resume-not-suspended = 此人并未停权
stop-since-next = 追溯到登记簿更早的位置，需要与发布名录同样多的管理员
stop-person = 停用只针对人，请指明人员
stop-reason = 没有“{ $word }”这个事由；可用：{ $words }
stop-no-station = { $name } 没有在用的电脑
stop-which-key = 无法确定是哪一把密钥；此人的密钥：{ $keys }
stop-ask = 现在停用吗？
stop-next = { $who } 已收到、已打开的内容，谁拿着密钥和文件谁仍能读。接下来：发件人重新封装仍在等待的密件（vault outbox rewrap），并用 vault keys who-could-read 列出可能被读到的内容。

## 待签件的内容

show-founding = 建立单位：{ $name }
show-root = 第 { $number } 版信任根及第 { $directory } 版名录
show-directory = 第 { $number } 版名录
show-stop = 第 { $number } 号停用单
show-stop-limits = 从此停用。以前打开过的内容收不回来。
show-policy-text = 规章
show-recovery-set = 由管理员分持的恢复密钥
show-recovery-request = 动用部门恢复密钥的申请
show-fingerprint = 指纹 { $number }：各位管理员看到的必须一致
show-officer = 管理员 { $office }：{ $name }
show-officer-new = 新任管理员 { $office }：{ $name }
show-officer-gone = 不再担任管理员：{ $office } { $name }
show-thresholds = 换信任根需 { $root } 人，发名录需 { $enrol } 人，停用需 { $stop } 人
show-relay = 交换站 { $name }，地址 { $addresses }
show-log = 登记簿 { $origin }
show-notary = 由交换站出具时效证明
show-notary-other = 更换时效证明密钥
show-no-notary = 不设时效证明：停用单若被扣压，要到名录过期才会发现
show-witnesses = 见证：{ $names }
show-name = 单位名称改为 { $name }
show-policy = 规章：{ $name }
show-root-renewed = 管理员、人数要求和各项密钥不变
show-expires = 信任根有效至 { $day }
show-enrolled = 登记 { $who }：{ $posts }；可阅至{ $level }；职责：{ $roles }；签名密钥 { $key }
show-state = { $who }：由{ $from }改为{ $to }
show-key-added = { $who } 新增{ $kind } { $key }
show-key-retired = { $who }：{ $kind } { $key } 退役，旧件仍可打开
show-key-stopped = { $who }：{ $kind } { $key } 永久停用
show-renamed = { $who }：姓名由 { $from } 改为 { $to }
show-posts = { $who }：职务由 { $from } 改为 { $to }
show-roles = { $who }：授予职责 { $added }；取消 { $removed }
show-clearance = { $who }：可阅密级由{ $from }改为{ $to }
show-deputies = { $who }：指定代理 { $added }；取消 { $removed }
show-papers = { $who }：审查、培训、承诺书或外出情况有变更
show-unit-new = 新设部门 { $name }，可处理至{ $level }
show-unit = { $unit }：由 { $from } 改为 { $to }
show-clerks = { $unit }：新任机要员 { $added }；不再担任 { $removed }
show-single-clerk = { $unit } 只有一名机要员，不在时无人收件
show-no-clerk = { $unit } 没有可收件的机要员
show-recovery = { $unit }：恢复密钥 { $key }
show-recovery-none = { $unit }：不再设恢复密钥
show-policy-other = 更换规章，核对号 { $hash }
show-rests = 依据第 { $number } 版信任根
show-folds = 并入至第 { $number } 号为止的停用单
show-until = 可用于封装至 { $day }
show-other = 另有变更，本版本没有对应说法：{ $what }
show-suspend = { $who } 暂停一切操作，直至名录恢复（{ $reason }）
show-revoke = { $who } 的全部密钥永久停用（{ $reason }）
show-revoke-key = { $who } 的{ $kind } { $key } 永久停用（{ $reason }）
show-since = ；追溯至登记簿第 { $size } 位
kind-sign = 签名密钥
kind-station = 电脑密钥
kind-opening = 开封密钥
reason-lost = 遗失
reason-stolen = 被盗
reason-compromised = 泄露
reason-left = 离职
reason-inquiry = 待查
reason-lapsed = 条件已失效
reason-other = 其他
