# 简体中文：人员、密钥与单位。键与 en/people.ftl 一一对应；用词依 docs/glossary.md。

## 口令

passphrase-again = 再输入一次
passphrase-differs = 两次输入不一样
passphrase-short = 口令太短，至少 { $count } 个字
passphrase-short-next = 用一句自己记得住、别人猜不到的话
passphrase-file-text = 口令文件不是文字：{ $path }
passphrase-file-empty = 口令文件第一行是空的：{ $path }
keyring-refused = 系统密钥环不可用，口令只能每次输入

## 人与部门

who-of-several = “{ $word }”不止一个
who-of-several-next = 写明地址（姓名@部门）或编号
who-candidate = { $line }
who-nobody = 名录里没有“{ $word }”
who-nobody-next = vault keys list 列出所有人；刚登记的人要先 vault keys sync
passphrase-ask = 口令
passphrase-new = 新口令
passphrase-wrong = 口令不对
passphrase-wrong-next = 口令丢了无法找回：请向密钥管理员要一个邀请码，再运行 vault identity replace 邀请码
passphrase-changed = 口令已更换
passphrase-changed-next = 旧备份仍用旧口令，请重新备份

## 本人的密钥

identity-none = 这里还没有本人的密钥
identity-none-next = 用密钥管理员给的单位文件加入：vault join 单位文件
identity-exists = 这里已经有密钥，不会覆盖
identity-exists-next = 要另建一套，请用 --home 指定另一个目录
identity-damaged = 密钥文件损坏
identity-damaged-next = 从备份恢复 identity.age
backup-damaged = 备份已损坏，或者不是备份文件：{ $path }
backup-damaged-next = 请换一份备份，或到有密钥的机器上重新备份：vault identity backup 文件
identity-not-locked = 密钥文件无法加锁
identity-made = 密钥已生成，用口令锁好
identity-made-next = 请立即备份：vault identity backup 文件
identity-backed-up = 已备份到 { $path }
identity-backed-up-next = 备份与口令分开保管；标准 age 也能用口令打开它
rotate-says =
    将生成新密钥，照现用的方式锁好，并请密钥管理员登记。
    新一版名录发布之前，一切照用现在的密钥；发布之后，旧的拆封密钥只用来打开旧件。
    轮换收不回任何东西：谁手里有旧密钥，仍能看它原来能看的。旧密钥如果可能落到别人手里，请改为通知密钥管理员停用。
rotate-outbox = 待发箱里有用现在的密钥签名的密件：请先送出（vault outbox resume），否则更换以后要重新密封
rotate-ask = 生成新密钥吗？
rotate-withdraw-none = 这里没有等待登记的新密钥
rotate-withdraw-other = 这里等待登记的新密钥（申请核对号 { $number }）是替换丢失密钥的，不能撤回
rotate-withdraw-offline = 交换站没有应答：新密钥是否已经生效，这里无从得知
rotate-withdraw-late = 来不及了：名录已登记新密钥，现已启用
rotate-withdraw-ask = 撤回申请中的新密钥（申请核对号 { $number }）吗？现用密钥照旧。
rotate-withdrawn = 新密钥已撤回，其余不变
rotate-withdrawn-next = 如果已把核对号念给密钥管理员，请告诉他不再登记。万一新密钥仍然发布，下次运行 vault keys sync 会启用它们。
renewal-next = 请把核对号念给密钥管理员听。登记并发布后，运行 vault keys sync 即启用新密钥，届时请重新备份。
renewal-pending = 已有另一套新密钥在等名录登记（申请核对号 { $number }）
renewal-pending-next = 先请密钥管理员登记那一套；再运行一次当时的命令，交出的是同一份申请
renewal-waits = 新密钥正在等待登记，目前仍用原来的密钥。申请核对号：{ $number }
renewed = 新密钥已启用
renewed-next = 请重新备份：vault identity backup 文件
replace-says =
    将为您生成新密钥，用新口令锁好，并凭邀请码申请替换旧密钥。
    名录登记后，旧密钥文件原样锁着，留在 former 目录里。封给旧密钥的件，只有旧密钥或经恢复才能打开。
    旧密钥如果可能在别人手里，请立即通知密钥管理员：替换并不等于停用。
replace-ask = 用这个邀请码生成新密钥吗？
replace-old-items = 封给旧密钥的件，可请密钥管理员申请恢复，或请发件人另发一份。
replace-other-person = 这里的密钥是另一个人的
replace-other-person-next = 去掉 --as，或用 --home 指定另一个目录
ask-own-number = 您在名录中的姓名或编号
restore-says =
    将把您的密钥放到这台机器上，口令不变。这台机器另有自己的终端密钥，要请密钥管理员登记；登记之前连不上交换站。
restore-exchanged = 名录现在登记的是这份备份里的密钥：将由它们接替本机现有的，原有密钥文件原样锁着，留在 former 目录里。
restore-ask = 在这台机器上使用您的密钥吗？
restore-next = 把申请文件交给密钥管理员，并念出核对号。登记发布后：vault keys sync --from 单位文件
restore-older = 这份备份比现用的密钥旧
restore-older-next = 在原来的机器上重新备份：vault identity backup 文件
restore-unknown-next = 请换用较新的单位文件；若从未登记，请运行 vault join 单位文件 邀请码
own-key-not-mine = 名录给您登记了另一把{ $kind } { $key }，本机没有：发给您的内容可能落到别人手里。您如果没有申请过新密钥，请立即告诉另一位密钥管理员
own-key-exchanged = 本机的{ $kind }已退役，名录改登记为 { $key }。如果是您在另一台机器上换的，请在那台机器上重新备份，再到这里运行 vault identity restore 备份文件；如果不是，请立即告诉另一位密钥管理员
own-key-ended = 名录已停掉您的{ $kind }，也没有登记新的。要换新密钥，请向密钥管理员要一个邀请码，再运行 vault identity replace 邀请码
identity-by-passphrase = 密钥文件由口令锁着
identity-by-token = 密钥文件由令牌 { $recipient } 锁着，驱动程序是 { $path }
identity-made-token = 密钥已生成，用令牌锁好
token-locked = 密钥文件已改由令牌锁住，原来的口令或令牌不再能打开
token-removed = 密钥文件已改由新口令锁住，不再需要令牌
token-changed-next = 以前的备份仍按老办法锁着：请重新备份，并销毁旧的
token-single = 只有一个令牌能打开密钥文件：令牌一旦丢失或损坏，密钥也就没了。请再加一个令牌，或另存一份由别的令牌锁住的备份
token-backed-up-next = 这份备份只有令牌能打开，没有令牌谁也打不开；旁边以 .tokens 结尾的文件要与它放在一起
token-no-passphrase = 密钥文件由令牌锁着，没有口令可换
token-no-passphrase-next = 要改回用口令：vault identity token --remove
token-none = 密钥文件不是由令牌锁着的
token-none-next = 要换口令：vault identity passphrase
token-renewal = 新密钥正在等待登记，登记以后才能改换现用密钥的锁法
token-renewal-next = 先请密钥管理员登记（vault doctor 会显示申请核对号），再运行 vault keys sync
token-list-damaged = { $path } 不是令牌清单
token-texts = 令牌的收件标识与令牌标识对不上
token-texts-next = 两样都由插件自带的程序给出：收件标识逐个写在 --recipient 后面，令牌标识按同样次序写进一个文件，每行一个
token-ask-program = 允许 { $path } 使用令牌吗？它会经手您密钥文件的钥匙
token-ask-moved = 插件现在是 { $path }，您原先同意的是 { $old }。仍要启动吗？
token-waits = 正在等待令牌：{ $path }
token-says = { $path } 提示：{ $words }
token-asks = { $path } 询问：{ $words }
token-choice = 它给出的选项：{ $words }
token-no = 否
token-no-program = 没有安装 { $program }
token-no-program-next = 请系统管理员装到下列目录之一：{ $folders }
token-unsafe = 没有启动插件：除 root 外还有人能改动 { $path }
token-unsafe-next = 请系统管理员查清它的来历，并把程序和所在目录归 root 所有，其他人不可写
token-start = 无法启动 { $path }
token-hangs = { $path } 太久没有结果，已被结束
token-floods = { $path } 发来的内容过多，已被结束
token-ends = { $path } 没做完就退出了
token-garbled = { $path } 不按插件的规矩通信
token-lies = { $path } 给出的回答不可能是真的，一概没有采用
token-complains = { $path } 报告：{ $words }
token-next = 请插好令牌再试；什么都没有改动
token-other = 手边的令牌都不是锁这个密钥文件的
token-other-next = 请插上锁它的那个令牌；用 vault identity show 查看是哪个
token-wrong-key = 令牌给出的钥匙打不开密钥文件；什么都没有改动
name-opening-key = 拆封密钥
name-signing-key = 签名密钥
name-station-key = 终端密钥
written = 已写出 { $path }
output-broken = 输出中断
unlock-time = “{ $time }”不是可用的时长
unlock-time-next = 例如 30m、8h，最长 24h
unlocked = { $time }内不再问口令，随时可用 vault lock 结束
unlocked-until = 到 { $time } 为止不用输入口令
locked = 已恢复询问口令
locked-already = 本来就没有解锁

## 加入

name-unfit = “{ $name }”不能写进名录：{ $why }
name-unfit-next = 姓名和名称最多 192 字节（64 个汉字），只用看得见的文字和单个空格，不用 @
name-unfit-empty = 没有内容
name-unfit-long = 太长
name-unfit-at = 含有 @
name-unfit-signs = 含有看不见的字符，或会打乱显示次序的字符
pinyin-unfit = “{ $word }”不是可用的拼音
pinyin-unfit-next = 请用 a 到 z 的字母，例如 li na；也可以不填
request-unreadable = 这不是完整的加入申请
request-unreadable-next = 请对方重新运行 vault join，把写出的文件整个送来
request-signature = 申请文件被改动过：签名不符
request-not-authorised = 申请没有用其中所写人员现用的密钥签署
request-one-key = 申请把同一把密钥用于两种用途
request-unusable-key = 申请中有不能使用的密钥
request-inactive = 此人目前不能办事
code-form = 邀请码是 28 个字母和数字，四个一组
code-mistyped = 邀请码输错了
code-next = 按邀请函输入，大小写和空格都不要紧
ask-code = 邀请函上的邀请码
not-admitted = 交换站没有接受申请
not-admitted-next = 邀请码可能已过期、已用过或已收回，请向密钥管理员另要一个
request-handed-in = 申请已交到交换站
join-by-file = 也可以用 -o 写成文件交给密钥管理员

## 单位

org-none = 还没有加入任何单位
org-other = 这是另一个单位的文件，与本机认定的信任根不符
org-other-next = 核对 30 位指纹；一个目录只属于一个单位，另一个单位请用 --home 另建
org-unreadable = 这不是单位文件
org-broken = 单位文件通不过核验
org-rollback = 这份文件比本机已经见过的旧，不予采用
org-rollback-next = 向密钥管理员要最新的单位文件；如果只有这一份，可能有人想退回旧名录
org-policy-lower-next = 不予采用；请告知密钥管理员：已被取代的规章须以下一号重新签署
org-fork = { $part } { $number } 号有两份内容不同的签署文本
org-fork-fresh = 时效公证在 { $made } 签了两份不同的时效证明
org-fork-next = 两份都不要用；两份都已存入个人目录的 contradiction 文件夹，请交给密钥管理员
contradiction-kept = { $what }；证据请交给密钥管理员：{ $files }
contradiction-file = 相互矛盾的证据，请交给密钥管理员：{ $files }
org-gap = 这份名录与本机的名录之间缺了几版
org-gap-next = 向密钥管理员要带有历次签名的单位文件
org-future = 文件的签署时间是 { $made }，而本机时钟是 { $now }
org-future-next = 请校正本机时钟；时钟没有错的话，是有人把时间签到了以后，请告诉密钥管理员
fresh-ahead = 一份时效证明的签署时间是 { $made }，而本机时钟是 { $now }：这份证明没有采用，其余都已采用。本机时钟没有错的话，请告诉交换站的管理人员
stop-grants = 这份停用单恢复了上一份停掉的权限；只有新名录才能恢复
part-root = 信任根
part-directory = 名录
part-stop = 停用单
part-fresh = 时效证明
part-register = 登记簿
seal-clock-back = 本机时钟是 { $now }，可 { $known } 已经过去了
seal-clock-back-next = 请校正时钟；在此之前可以阅读，不能密封
seal-root-expired = 单位的信任根已于 { $day } 到期
seal-sync-next = 运行 vault keys sync，或向密钥管理员要较新的单位文件；阅读不受影响
seal-withheld = { $part } { $number } 号已经发布，本机还没有收到
seal-withheld-next = 运行 vault keys sync；仍然收不到的话，可能有人扣住了它，请告诉密钥管理员。阅读不受影响
seal-stale = 自 { $since } 起没有单位的任何新消息，已超过 14 天
warn-no-news = 自 { $since } 起没有单位的新消息，请运行 vault keys sync
warn-root-expires = 单位的信任根 { $day } 到期，密钥管理员须更新
warn-directory-expires = 名录 { $day } 到期，密钥管理员须发布下一版
warn-two-stops = 密钥管理员签出了两份停用单 { $number } 号：两份停掉的都算停，到下一版名录裁定为止；两份都已存入个人目录的 contradiction 文件夹，留给密钥管理员查证
warn-no-notary = 本单位没有设时效公证：若有人扣住停用单，要到名录到期才会发现
warn-single-clerk = { $unit } 只有一名机要员，此人不在就无人签收
warn-no-clerk = { $unit } 的机要员目前都不能办事，无人签收
warn-recovery-wanted = 规章要求{ $level }件封入恢复密钥，而 { $unit } 及其上级部门都没有可用的：请用 vault keys recovery new 分发
warn-weak-unit = { $unit } 有薄弱之处，本版本没有对应说法
me-unknown = 名录里还没有您
me-unknown-next = 把加入申请交给密钥管理员；登记发布后运行 vault keys sync --from 单位文件

## 名录

officer-card-next = 用 vault-relay init 写出的 relay-card.json
ask-organisation = 单位名称
ask-officer = 密钥管理员姓名
passphrase-officer-new = 管理员密钥的新口令
passphrase-officer-of = 管理员密钥 { $path } 的口令
passphrase-officer-new-of = { $name }：请设管理员密钥的口令
passphrase-officer = 管理员密钥的口令
org-founded = 已建立 { $name }
org-written = 单位文件已写到 { $path }
org-internal-decide = 内部件也须经审批。日常往来可由批准人设常设审批，限定件数和日期；单位自己的规章：vault policy check 规章文件。演示或试用请加 --internal free
org-founded-next = 把单位文件发给每个人，并当面或电话念出指纹；他们运行 vault join 单位文件。交换站：vault-relay import 单位文件
name-name = 姓名
name-pinyin = 拼音
name-number = 编号
name-post = 部门职务
name-unit = 部门
name-clerks = 机要员
name-clearance = 可知悉至
name-unit-level = 可处理至
name-members = 人员
name-roles = 职责
name-papers = 材料
name-affiliation = 人员归属
name-station-class = 终端类别
station-internet = 连接互联网
station-internal = 内部网络
station-classified = 涉密
name-state = 状态
name-address = 地址
name-key = 密钥
name-directory = 名录
directory-line = 第 { $number } 版，{ $made } 签署，{ $expires } 前可用于密封
directory-expired = 名录已过期：可以阅读，不能密封
state-active = 在用
state-suspended = 停权
state-closed = 离岗
key-state-active = 在用
key-state-retired = 已退役
key-state-stopped = 已停用
role-handler = 承办人
role-reviewer = 审核人
role-approver = 批准人
role-clerk = 机要员
role-classification-officer = 定密责任人
role-key-officer = 密钥管理员
role-custodian = 保管人
role-supervisor = 监督人
role-inspector = 检查人
role-unknown = 没有“{ $word }”这个职责
role-known = 可用：{ $words }
ask-unit = 部门
ask-post = 职务
ask-clearance = 可知悉的最高密级（机密、秘密、内部、无）
enrol-ask = 核对号与本人念出的一致，登记吗？
enrol-other-name = 邀请的是 { $invited }，本人自称 { $name }
enrol-other-name-ask = 确是同一人，以 { $name } 登记吗？
enrol-number-ask = 本人念出的数字（留待以后就直接回车）
enrol-later = 留待以后
enrol-nothing = 没有等待的申请
number-differs = 与申请的数字不符：申请可能是别人的
request-ask = 是本人念出的数字吗？登记吗？
request-station = { $who } 申请增加一台终端
request-rotate = { $who } 申请更换密钥
request-replace = { $who } 的旧密钥不能再用，申请换新
request-entered = 已登记 { $who } 的申请
invite-ask = 给 { $count } 人发放邀请码吗？
invite-days = 邀请码的有效期是 1 到 90 天
invite-whom = 请指明对象：--from 人员表，--name 姓名，或已登记的人员
invite-full = 已有 1000 个邀请码未用，请等其中一些用掉或过期
invite-expired = 邀请码已于 { $time } 过期
invite-wrong-code = 申请不是用这份邀请的邀请码做的
invite-not-for-this = 这份邀请是给别人或别的用途的
invite-anew = 用 vault keys invite 重新邀请
invite-none = 没有未用的邀请码
invite-no-such = 没有给“{ $word }”的未用邀请码
invite-no-such-next = vault keys invite --list 列出未用的邀请码
invite-withdraw-ask = 收回这 { $count } 个邀请码吗？
invite-withdrawn = 已收回 { $count } 个邀请码
invite-withdrawn-next = 交换站收到新的邀请单以前，它仍可提交一份申请：请用 --relay 交给交换站。
invite-unit-unknown = 名录里没有这些部门：{ $names }
invite-unit-unknown-next = 请更正人员表；确属新设的，加 --new-units
invite-new-units = 以下为新设部门，登记人员时建立：{ $names }
invite-unit-level = { $unit }可处理至{ $level }
progress-sheets = 正在写邀请函
invite-list-written = 邀请单：{ $path }
name-code-of = 邀请码给
name-until = 有效至
invited-relay = 邀请单已在交换站生效
invited = { $count } 份邀请函在 { $path }
invited-next = 把邀请函和单位文件交给各人。申请到了以后运行 vault keys enrol --pending。
table-not-utf8 = 第 { $line } 行不是 UTF-8 编码
table-not-utf8-next = 把表另存为“CSV UTF-8”
table-broken = 第 { $line } 行与其他行的列数不同
table-twice = 第 { $line } 行：{ $name } 在表中已经有了
table-twice-next = 每人一行；同部门确有同名的两人，请用 vault keys invite --name 逐个邀请
table-levels = 第 { $line } 行：{ $unit }的部门最高密级与第 { $other } 行不同
table-levels-next = 同一部门只写一种密级，或者不填
table-cell-empty-next = 每一行都要填
table-too-long = 一张表最多 { $most } 人
table-empty = 表中没有人
table-column-unknown = 没有“{ $name }”这一列
table-columns = 可用的列：{ $names }
table-column-twice = “{ $name }”列出现了两次
table-column-missing = 缺少“{ $name }”列
table-cell = 第 { $line } 行“{ $column }”列：{ $value }
table-cell-empty = 第 { $line } 行“{ $column }”列是空的
table-paper-class = 材料类别由 1 到 32 个小写字母、数字或连字符组成
table-station-class = 应为 互联网、内部 或 涉密
table-affiliation = 应为 本单位、外单位 或 境外
table-yes-no = 应为 是 或 否
sheet-join =
    { $name }

    { $organisation }

    一、运行  vault join { $file } { $code }
    二、指纹  { $fingerprint }
    三、屏幕上的 30 位数字与此一致才能确认。
        随后把申请的数字念给密钥管理员听。

    { $until } 前有效，只能用一次。
sheet-replace =
    { $name }

    { $organisation }

    运行  vault identity replace { $code }

    在新机器上运行
    vault identity replace { $code } --organisation { $file } --as { $number }
    指纹  { $fingerprint }
    屏幕上的 30 位数字与此一致才能确认。

    随后把申请的数字念给密钥管理员听。
    { $until } 前有效，只能用一次。
enrolled = 已登记 { $name }（{ $number }）
enrolled-unit = 已新设部门 { $name }（{ $number }）
enrolled-next = 登记在发布后生效：vault keys publish
publish-ask = 签署并发布吗？
published = 已签署第 { $number } 版名录，{ $day } 前可用于密封
published-relay = 交换站已采用
published-relay-already = 交换站上生效的就是这一份
published-relay-newer = 交换站上的更新（名录第 { $directory } 版，停用单 { $stop } 号），没有从这份文件采用任何内容：请运行 vault keys sync
published-next = 交换站：vault-relay import { $path }；各人：vault keys sync
synced = 已换用第 { $number } 版名录
synced-already = 第 { $number } 版名录已是最新
watch-busy = 本目录正被另一条命令使用，该命令结束后即采用最新版本
watch-ended = 交换站正在关闭，请稍后再运行
synced-me = 您在名录中的编号是 { $number }
