# 简体中文。键与 en.ftl 一一对应；用词依 docs/glossary.md。

## 帮助的框架

clap-usage = 用法：
clap-command = 命令
clap-commands = 命令
clap-options-slot = [选项]
clap-arguments = 参数
clap-options = 选项
clap-everywhere = 通用选项

## 帮助

help = 把文件密封给指定的人，经交换站送达，每一步都留下签名凭证。
    不带命令运行，列出等我处理的事。
help-more =
    日常用法：
      vault send 通知.docx --to 李娜      密封并送出
      vault receive                       领取并签收
      vault read 3                        阅读 3 号来件

    退出码：0 完成 · 1 失败 · 2 用法 · 3 规则不允许 · 4 签名或完整性 · 5 网络
help-global-home = 个人目录（也可用环境变量 VAULT_HOME）
help-global-lang = 语言：zh 或 en，默认随系统
help-global-json = 只输出一个 JSON 文档
help-global-passphrase-file = 从文件第一行读取口令
help-global-yes = 需要确认的地方一律视为同意
help-global-quiet = 只输出所问的结果
help-global-verbose = 同时输出技术原因
help-global-help = 显示帮助
help-global-version = 显示版本

help-send = 密封文件并经交换站送出
help-send-more =
    缺什么问什么，最后给出一张汇总，确认一次即送出。
      vault send 通知.docx --to 李娜 --mark 内部 --term 2年 --basis 工作秘密清单3
      vault send 表1.xlsx 表2.xlsx --to 李娜,财务科 --title 一季度报表
help-send-files = 要送的文件；多个文件合为一件
help-draft-to = 收件人：姓名、拼音、单位、地址（李娜@财务科）或编号，可多个
help-draft-mark = 密级标志，照印制形式写：机密★20年、秘密★10年、内部、无密级
help-draft-term = 标志里没有写出的保密期限：2年、6个月、2030-12-31
help-draft-title = 标题，默认取文件名
help-draft-basis = 定密依据的条款，可多个
help-draft-doc-no = 发文字号
help-draft-copying = 复制：none 不得、ask 须经批准、allowed 允许；默认 none
help-draft-urgency = 紧急程度：normal 平件、urgent 加急、extra-urgent 特急
help-draft-scope = 知悉范围内的其他人，收件人自动列入
help-draft-unit = 以哪个单位的名义发出，任职不止一处时填写
help-draft-read-by = 阅读期限（某日 24 时，北京时间）
help-draft-not-before = 某日零时之前不得阅读
help-draft-keep-until = 交换站保存到某日 24 时
help-draft-point = 密点，随内封加密，可多个

help-outbox = 正在送出的密件
help-outbox-list = 列出尚未送达交换站的密件
help-outbox-resume = 从中断处继续送
help-outbox-resume-item = 哪一件；不写则全部
help-outbox-discard = 放弃一件尚未受理的密件
help-outbox-discard-item = 哪一件

help-inbox = 来件：交换站上等领的和本机已收的
help-receive = 领取来件，核验无误后签收
help-receive-items = 哪几件（来件号或密件号）；不写则全部
help-read = 阅读已收的密件，看完即清
help-read-item = 来件号或密件号
help-read-stdout = 把内容送到标准输出
help-read-path = 只给出临时路径，回车后清除
help-read-viewer = 用哪个程序打开
help-export = 把已收密件的内容写到别处，总会留下记录
help-export-item = 来件号或密件号
help-export-output = 新文件，或放入的文件夹
help-status = 一件密件的各份现在到了哪一步
help-status-item = 哪一件；不写则列出本机送出的各件

help-seal = 密封成文件，不经交换站
help-seal-files = 要密封的文件；多个文件合为一件
help-seal-output = 密封后的文件，默认在原文件名后加 .age
help-open = 打开密封文件，不经交换站
help-open-file = 密封文件
help-open-output = 写到哪个新文件或文件夹
help-open-stdout = 把内容送到标准输出
help-inspect = 查看密封文件的密级标签，不需要密钥
help-inspect-file = 密封文件
help-check = 预先检查，列出会被拒绝的每一条原因
help-check-files = 准备送出的文件，或一个密封文件
help-mark = 识别密级标志，照规定形式写出
help-mark-marks = 标志，如 机密★10年

help-identity = 本人的密钥
help-identity-new = 生成密钥
help-identity-show = 显示本人是谁、用哪些密钥
help-identity-backup = 备份密钥文件（仍用口令锁着，标准 age 也能打开）
help-identity-backup-file = 备份到哪个新文件
help-identity-passphrase = 更换口令
help-identity-passphrase-new-passphrase-file = 从文件第一行读取新口令
help-identity-export = 写出公钥
help-identity-export-file = 写到哪个新文件；不写则输出
help-unlock = 一段时间内不再问口令
help-unlock-time = 多久：8h、30m，默认 8h
help-lock = 立即恢复询问口令

help-keys = 单位的信任根、名录与人员
help-keys-init = 建立一个单位
help-keys-init-name = 单位名称
help-keys-init-officer = 密钥管理员姓名
help-keys-init-relay-card = vault-relay init 写出的 relay-card.json
help-keys-init-internal = 内部件送出前：decide 须经审批，free 无须
help-keys-init-output = 单位文件写到哪里
help-keys-enrol = 登记一名人员，发布后生效
help-keys-enrol-request = vault join 写出的申请文件
help-keys-enrol-unit = 单位，没有则新建
help-keys-enrol-post = 职务
help-keys-enrol-clearance = 可知悉的最高密级：机密、秘密、内部、无
help-keys-enrol-role = 角色：handler 承办人、reviewer 审核人、approver 批准人、clerk 机要员等
help-keys-enrol-affiliation = own 本单位、outside 外单位、foreign 境外；默认 own
help-keys-enrol-name = 更正申请中的姓名
help-keys-enrol-pinyin = 更正申请中的拼音
help-keys-enrol-clerk = 兼任该单位机要员，代收单位的来件
help-keys-enrol-unit-level = 该单位可处理的最高密级
help-keys-publish = 签署下一版名录并写出单位文件
help-keys-publish-output = 单位文件写到哪里
help-keys-publish-relay = 同时发给交换站
help-keys-list = 列出人员与单位
help-keys-show = 查看一个人或一个单位
help-keys-show-who = 姓名、拼音、单位、地址或编号
help-keys-sync = 取最新名录
help-keys-sync-from = 从单位文件取，而不是从交换站

help-join = 加入一个单位：核对指纹，生成密钥，写出申请文件
help-join-file = 密钥管理员给的单位文件
help-join-name = 本人姓名
help-join-pinyin = 姓名拼音，默认自动注音
help-join-fingerprint = 密钥管理员口头告知的 30 位指纹；相符即不再询问
help-join-output = 申请文件写到哪里
help-doctor = 检查本机的设置是否正常
help-completions = 输出命令补全脚本
help-completions-shell = bash、zsh、fish、elvish 或 powershell
help-demo = 在本机完整演示一遍
help-demo-file = 用哪个文件演示，默认用自带的样例公文
help-demo-dir = 演示放在哪个文件夹
help-demo-keep = 演示后保留，并说明怎样自己接着做

## 用法有误

usage-unknown-option = 没有这个选项：{ $what }
usage-unknown-command = 没有这个命令：{ $what }
usage-missing = 还缺：{ $what }
usage-missing-command = 还缺一个命令
usage-no-value = { $what } 后面要有值
usage-bad-value = { $what } 不能是“{ $value }”
usage-conflict = { $what } 与 { $other } 不能同时使用
usage-count = { $what } 的个数不对
usage-not-utf8 = 参数不是有效的 UTF-8 文字
usage-other = 命令没有看懂
usage-near = 是不是想写：{ $what }
usage-help = 加 --help 查看用法

## 输出的框架

failed-lead = 未完成：{ "" }
refused-lead = 不允许：{ "" }
warn-lead = 注意：{ "" }
code-in-brackets = （{ $code }）
about = 所涉：{ $what }
cause = 原因：{ $detail }
time-left = 还剩 { $time }
span-seconds = { $seconds } 秒
span-minutes = { $minutes } 分 { $seconds } 秒
span-whole-minutes = { $minutes } 分钟
span-whole-hours = { $hours } 小时
span-hours = { $hours } 小时 { $minutes } 分
span-days = { $days } 天
count-files = { $count } 个文件

## 提问

ask-end = ：{ "" }
ask-yes-no = [y 是 / n 否]{ " " }
ask-number = 编号：{ "" }
ask-nobody = 需要回答“{ $question }”，请用 { $option } 给出
ask-declined = 已放弃，什么都没有改变
ask-broken = 终端读取失败

## 文件

io-not-found = 找不到 { $path }
io-denied = 没有权限：{ $path }
io-exists = 已经存在，不覆盖：{ $path }
io-exists-next = 换一个名字，或先移走原文件
io-full = 磁盘已满，写不下 { $path }
io-full-next = 腾出空间后再试；没有留下半个文件
io-is-folder = { $path } 是文件夹
io-other = 读写 { $path } 出错
file-open-to-others = 别人也能读 { $path }，不予使用
file-open-to-others-next = 先收回权限：chmod { $mode } { $path }
file-too-large = { $path } 太大，不像是这里要用的文件

## 个人目录

home-nowhere = 不知道个人目录在哪里，请用 --home 指定
home-none = { $path } 还不是个人目录
home-none-next = 先用密钥管理员给的单位文件加入：vault join 单位文件
home-newer = { $path } 由更新版本的程序写成，本程序不动它
home-newer-next = 换用新版本的 vault
home-damaged = { $path } 内容损坏
home-busy = 另一个 vault 正在使用这个个人目录
home-busy-next = 等它结束后再试

## 口令

passphrase-again = 再输入一次
passphrase-differs = 两次输入不一样
passphrase-short = 口令太短，至少 { $count } 个字
passphrase-short-next = 用一句自己记得住、别人猜不到的话
passphrase-file-text = 口令文件不是文字：{ $path }
passphrase-file-empty = 口令文件第一行是空的：{ $path }
keyring-refused = 系统密钥环不可用，口令只能每次输入

## 人与单位

who-of-several = “{ $word }”不止一个
who-of-several-next = 写明地址（姓名@单位）或编号
who-candidate = { $line }
who-nobody = 名录里没有“{ $word }”
who-nobody-next = vault keys list 列出所有人；刚登记的人要先 vault keys sync
passphrase-ask = 口令
passphrase-new = 新口令
passphrase-wrong = 口令不对
passphrase-wrong-next = 口令丢了无法找回：请密钥管理员重新登记
passphrase-changed = 口令已更换
passphrase-changed-next = 旧备份仍用旧口令，请重新备份

## 本人的密钥

identity-none = 这里还没有本人的密钥
identity-none-next = 用密钥管理员给的单位文件加入：vault join 单位文件
identity-exists = 这里已经有密钥，不会覆盖
identity-exists-next = 要另建一套，请用 --home 指定另一个目录
identity-damaged = 密钥文件损坏
identity-damaged-next = 从备份恢复 identity.age
identity-not-locked = 密钥文件无法加锁
identity-made = 密钥已生成，用口令锁好
identity-made-next = 请立即备份：vault identity backup 文件
identity-backed-up = 已备份到 { $path }
identity-backed-up-next = 备份与口令分开保管；标准 age 也能用口令打开它
name-opening-key = 拆封密钥
name-signing-key = 签名密钥
name-station-key = 终端密钥
written = 已写出 { $path }
output-broken = 输出中断
unlock-time = “{ $time }”不是可用的时长
unlock-time-next = 例如 30m、8h，最长 24h
unlocked = { $time }内不再问口令，随时可用 vault lock 结束
locked = 已恢复询问口令
locked-already = 本来就没有解锁

## 密级

name-level = 密级
name-term = 保密期限
name-mark = 密级标志
term-none = 无
term-to-be-declared = 另行写明
term-forms = 期限写成 2年、6个月、2030-12-31、长期，或解密条件
mark-english = 请写标志本身（{ $mark }）：英文 secret 指机密，confidential 指秘密，容易弄错
mark-star-on-internal = 工作秘密不带★，写作 内部

## 加入

name-unfit = 姓名里有不能用的字符
request-unreadable = 这不是完整的加入申请
request-unreadable-next = 请对方重新运行 vault join，把写出的文件整个送来
request-signature = 申请文件被改动过：签名不符

## 单位

org-none = 还没有加入任何单位
org-other = 这是另一个单位的文件，与本机认定的信任根不符
org-other-next = 核对 30 位指纹；一个目录只属于一个单位，另一个单位请用 --home 另建
org-unreadable = 这不是单位文件
org-broken = 单位文件通不过核验
org-rollback = 这份名录比本机已经见过的旧，不予采用
org-rollback-next = 向密钥管理员要最新的单位文件；如果只有这一份，可能有人想退回旧名录
org-fork = { $number } 号名录（或信任根）出现两个不同的版本
org-fork-next = 停止使用，两份都保留，交密钥管理员
org-gap = 这份名录与本机的名录之间缺了几版
org-gap-next = 向密钥管理员要带有历次签名的单位文件
me-unknown = 名录里还没有你
me-unknown-next = 把加入申请交给密钥管理员；登记发布后运行 vault keys sync --from 单位文件

## 密钥管理员

officer-exists = 这个目录里已经有一个单位
officer-card = 交换站名片不完整
officer-root = 无法签署信任根
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

## 密件

name-item = 密件号
name-basis = 定密依据
name-doc-no = 发文字号
name-urgency = 紧急程度
name-copying = 复制
name-sender = 发件人
name-scope = 知悉范围
name-copies = 份号
name-read-by = 阅读期限
name-not-before = 启用时间
name-keep-until = 保存到
name-made = 制作时间
name-size = 大小
name-suite = 算法套件
copy-kept = {" "}存底
suite-hybrid = 混合（抗量子）
suite-classic = 传统
starts-released = ，自送出之日起
starts-on = ，自 { $day } 起
starts-issued = ，自成文之日起
starts-notified = ，自通知之日起
ends-on = ，至 { $day } 24 时
urgency-normal = 平件
urgency-urgent = 加急
urgency-extra = 特急
copying-none = 不得复制
copying-ask = 经批准可复制
copying-allowed = 可复制
item-not-age = 这不是密封文件
item-cut = 文件不完整，文件头在中途断了
item-cut-next = 请对方重新提供完整的文件
item-length = 文件长度与标签所载不符，被截断或多了内容
inspect-unchecked = 以上是标签自己的说法；签名要有名录才能核验：vault check 文件

## 名录

officer-card-next = 用 vault-relay init 写出的 relay-card.json
ask-organisation = 单位名称
ask-officer = 密钥管理员姓名
passphrase-officer-new = 管理员密钥的新口令
passphrase-officer = 管理员密钥的口令
org-founded = 已建立 { $name }
org-written = 单位文件已写到 { $path }
org-internal-decide = 内部件也须经审批；本版本还不能核验审批，因此暂时送不出去。演示或试用请加 --internal free
org-founded-next = 把单位文件发给每个人，并当面或电话念出指纹；他们运行 vault join 单位文件。交换站：vault-relay import 单位文件
name-name = 姓名
name-pinyin = 拼音
name-number = 编号
name-post = 单位职务
name-unit = 单位
name-clerks = 机要员
name-clearance = 可知悉至
name-unit-level = 可处理至
name-members = 人员
name-roles = 角色
name-state = 状态
name-address = 地址
name-key = 密钥
name-directory = 名录
directory-line = { $number } 号，{ $made } 签署，{ $expires } 前可用于密封
directory-expired = 名录已过期：可以阅读，不能密封
state-active = 在用
state-suspended = 停用
state-closed = 注销
role-handler = 承办人
role-reviewer = 审核人
role-approver = 批准人
role-clerk = 机要员
role-classification-officer = 定密责任人
role-key-officer = 密钥管理员
role-custodian = 保管人
role-supervisor = 监督人
role-inspector = 检查人
role-unknown = 没有“{ $word }”这个角色
role-known = 可用：{ $words }
ask-unit = 单位
ask-post = 职务
ask-clearance = 可知悉的最高密级（机密、秘密、内部、无）
enrol-ask = 核对号与本人念出的一致，登记吗？
enrolled = 已登记 { $name }（{ $number }）
enrolled-unit = 已新建单位 { $name }（{ $number }）
enrolled-next = 登记在发布后生效：vault keys publish
publish-ask = 签署下一版名录（{ $persons } 人、{ $units } 个单位）吗？
published = 已签署 { $number } 号名录，{ $day } 前可用于密封
published-relay = 交换站已采用
published-next = 交换站：vault-relay import { $path }；各人：vault keys sync
synced = 已换用 { $number } 号名录
synced-already = { $number } 号名录已是最新
synced-me = 你在名录中的编号是 { $number }

## 起草

ask-mark = 密级标志（机密★20年、秘密★10年、内部、无密级）
ask-to = 收件人（可写多个，用逗号隔开）
ask-title = 标题
ask-term = 保密期限（2年、6个月、2030-12-31）
ask-basis = 定密依据（条款，多条用分号隔开）
to-myself = 收件人不能是自己
to-myself-next = 你自己总会留有 0 号存底
term-unread = “{ $words }”不是保密期限
day-form = 日期写成 2026-12-31
folder-next = 列出其中的文件，多个文件会合为一件
not-a-file = { $path } 不是普通文件
file-name-unfit = 这个文件名不能随密件传送：{ $path }
file-name-unfit-next = 改名：不用控制符、方向符、\ / : * ? 一类符号，也不用 CON 一类系统保留的名字
refused-unknown = 未予通过
item-none = 没有密件“{ $word }”
item-none-next = 写密件号的开头或结尾，至少四位；vault inbox、vault outbox list 可列出
item-several = “{ $word }”对应不止一件
evidence-unwritten = 凭证无法写入
read-no-memory = 本机没有可用的内存文件夹，无法安全阅读
read-no-memory-next = 文字内容可用 --stdout；其他内容用 vault export 写到指定位置
viewer-failed = 打不开查看程序 { $program }
files-unfit = 这些文件不能合为一件

## 密封与打开

name-title = 标题
name-files = 文件
name-to = 收件人
name-blank = {" "}
name-scope-more = 另可知悉
name-signers = 须经签批
signers-none = 无
summary-files = { $names }（{ $size }）
seal-ask = 密封吗？
progress-seal = 密封
progress-open = 打开
sealed = 已密封：{ $path }
sealed-next = 这份文件可以随意转交，只有收件人能打开；不经交换站，没有签收凭证
seal-failed = 密封没有完成
seal-failed-next = 文件在密封途中是否被改动？没有留下半个文件，可以重来
io-full-here = 磁盘已满
opened = 已打开：{ $path }
opened-no-register = 文件未经交换站，登记簿里没有它的来历
open-not-mine = 这件不是封给你的
open-damaged = 打不开：内容损坏或被改动过
open-damaged-next = 保留原件，告诉发件人和密钥管理员
open-sync-next = vault keys sync
remark-key-stopped = 发件人的签名密钥后来被停用，是否在停用前签署无法证明
remark-term-ended = 保密期限已满，等待解密审核，不等于可以公开
remark-not-yet = 还没到启用时间
remark-later-directory = 本机没有该密件所依的名录版本，已按其后版本核验
remark-other = { $word }
check-passed = 各项规则都允许
check-item-passed = 签名有效，各项规则都允许

## 自检

doctor-home = 个人目录 { $path }
doctor-private = { $name } 只有本人能读
doctor-unlocked = 已解锁，暂不询问口令（vault lock 结束）
doctor-locked = 未解锁，每次询问口令
doctor-organisation = 单位：{ $name }
doctor-directory = { $number } 号名录有效，{ $day } 前可用于密封
doctor-clock = 时钟 { $time }
doctor-clock-behind = 时钟比名录的签署时间还早，请校正本机时间
doctor-memory = 有内存文件夹，可以安全阅读
doctor-wrong = 有问题需要处理

## 交换站

relay-none = 信任根里没有交换站
relay-socket = 本机网络不可用
relay-other = 应答的不是我们的交换站：密钥不符
relay-other-next = 不要继续，告诉运维人员
relay-away = 连不上交换站
relay-away-next = 检查网络后再试
relay-later = 交换站忙，请稍后再试
relay-refused = 交换站未予办理
relay-station = 交换站不认识这台终端
relay-station-next = 登记发布后，交换站导入新的单位文件才会认识；问密钥管理员
relay-evidence = 交换站出具的凭证通不过核验
relay-untrue = 交换站的答复自相矛盾，或不合规定
relay-behind = 交换站的名录比本机的旧，不予采用
relay-behind-next = 请运维人员给交换站导入最新的单位文件；如果已经导入，可能有人想退回旧名录，告诉密钥管理员
relay-broke = 与交换站的连接断了
register-split = 交换站出示的登记簿与以前的不一致
register-split-next = 两份登记簿状态已保留在 { $path }，交密钥管理员
spool-failed = 本机的密封文件读写出错
spool-changed = 待发的密封文件被改动过
spool-changed-next = 放弃它（vault outbox discard），重新送一次
statement-unsigned = 签署声明时内部出错

## 送出与领取

send-offline = 连不上交换站：先密封好，放在待发箱
send-ask = 送出吗？
send-later-next = 已密封在待发箱，连上后运行 vault outbox resume { $item }
progress-send = 送出
progress-receive = 领取
progress-verify = 核验
sent = 交换站已受理 { $item }
sent-leaf = 登记簿第 { $index } 项起，凭证已核验并保存
sent-next = 对方签收情况：vault status { $item }
outbox-empty = 待发箱是空的
outbox-next = 继续送：vault outbox resume
discard-ask = 放弃 { $item } 吗？对方不会收到
discarded = 已放弃 { $item }
nothing-waits = 没有等你处理的事
nothing-sent = 还没有送出过
waiting-heading = 交换站上有 { $count } 件等你领取
waiting-next = 领取并签收：vault receive
stored-heading = 本机已收 { $count } 件
inbox-empty = 本机还没有收到过密件
unread-line = 已收未读 { $count } 件：{ $items }
outgoing-line = 待发箱里有 { $count } 件没有送完：vault outbox resume
to-me = 本人
state-read = 已读
state-unread = 未读
title-sealed = （解锁后可见）
name-consignment = 来件号
name-received = 签收时间
name-since = 时间
name-accepted = 受理时间
name-copy = 份号
name-holder = 持有者
name-by = 经手
name-leaf = 登记项
name-time = 时间
name-event = 事项
received = 已签收 { $number } 号：{ $title }
received-settled = 上次中断的 { $number } 号已签收，现已收在本机
received-leaf = 领取登记第 { $demand } 项，签收登记第 { $receipt } 项
received-next = 阅读：vault read { $number }
received-of = { $all } 份中已签收 { $received } 份
damage-reported = 已向交换站报告损坏，发件人会看到
damage-unreported = 损坏情况未能报告给交换站
entry-later = 连不上交换站：阅读记录已签署保存，下次连接时补登
entry-refused = { $item } 的已签署记录被交换站拒收（{ $code }），留存本机，不再补登
evidence-checked = 以上各项的登记簿证明均已核验，并已保存在本机
copy-available = 待领取
copy-demanded = 已领取，未签收
copy-received = 已签收
copy-returned = 已退回
copy-recalled = 已撤回
copy-withheld = 未发放
copy-expired = 已过期
item-proposed = 待审批
item-released = 已送出
item-refused = 审批未通过
item-withdrawn = 已撤回
item-lapsed = 逾期未批
event-label = 密级标签（发件人签署）
event-accepted = 受理
event-released = 放行
event-available = 待领取
event-shown = 出示文件头
event-demanded = 领取（收件人签署）
event-received = 签收（收件人签署）
event-damaged = 报告损坏（收件人签署）
event-opened = 阅读（收件人签署）
event-exported = 导出（收件人签署）
event-refused = 不予办理
event-lapsed = 领取后逾期未签收
event-removed = 正文已删除
word-other = { $word }
read-how = 这里无法显示内容
read-how-next = 用 --stdout 输出、--path 给出临时路径，或 --viewer 指定程序
read-enter = 看完按回车，临时文件随即清除
read-gone = 临时文件已清除
export-none = 标签规定不得复制，不能导出
export-none-next = 用 vault read 阅读；确需导出，请发件人重新密封并允许复制
export-ask = 标签规定复制须经批准，本版本还不能核验批准
export-ask-next = 用 vault read 阅读
export-confirm = 把明文写到 { $path } 吗？会留下记录
exported = 已导出：{ $path }
exported-next = 明文已离开密封，由你负责保管

## 演示

demo-title = vault 演示：一份文件从封好到签收
demo-intro = 下面在本机建一个小单位，起一个真的交换站，用真的命令走完全程。每句话都是验证过才说的。
demo-scene-office = 一、建立单位
demo-scene-send = 二、密封并送出
demo-scene-relay = 三、交换站看到什么
demo-scene-receive = 四、领取、签收、打开
demo-scene-evidence = 五、凭证
demo-scene-top-secret = 六、绝密：三次都不允许
demo-relay-made = 交换站已就绪：自有 TLS 密钥、登记簿密钥，不持有任何能打开密件的密钥
demo-founded = { $name }成立，信任根指纹 { $fingerprint }
demo-enrolled = { $name } 加入：{ $unit } { $post }
demo-published = 密钥管理员签署名录（Ed25519 与 ML-DSA-44 双签），各终端已采用
demo-serving = 交换站在 { $address } 提供服务（QUIC，X25519MLKEM768，双方原始公钥）
demo-relay-blind = 在交换站的全部文件里查找标题和正文片段：没有。它只有密级标签和密文
demo-demand-first = 先签领取再取密文，逐字节核验并落盘之后才签收；两次签名都进登记簿
demo-inspect-lead = 收下的文件仍是密文。任何人不用密钥都能看标签，但看不到标题和内容：
demo-identical = 打开后的文件与原件逐字节相同（{ $bytes } 字节）
demo-receipt = 签收在登记簿第 { $leaf } 项，其证明在 { $size } 项的登记簿下成立
demo-receipt-signed = 登记簿状态由 Ed25519 和 ML-DSA-44 双签；项内李娜的签名按名录核验有效
demo-receipt-proof = 凭证是 C2SP tlog-proof 文本，离线即可核验，不必再问交换站
demo-forgery-lead = 第三次：一个跳过自身全部检查的客户端，手工拼出绝密标签，用真的签名密钥签好，直接交给交换站
demo-forgery-refused = 交换站：绝密，不予受理（top-secret），并在登记簿留下记录
demo-done = 演示完成，用时 { $seconds } 秒
demo-gone = 演示用的文件已全部删除。想自己接着做：vault demo --keep --dir 目录
demo-kept = 全部留在 { $path }（口令在其中的 passphrase 文件里）
demo-serve = 先在另一个终端启动交换站：
demo-go-on = 然后，例如：
demo-broken = 演示没能进行下去
demo-untrue = 演示中有一处与所说不符
demo-not-empty = { $path } 不是空文件夹
demo-not-empty-next = 换一个新文件夹
number-missing = 发给{ $holder }的来件号缺第 { $number } 号：可能有来件被扣下，请询问运维人员
evidence-missing = 交换站没有出示这件的受理和放行凭证
