# 简体中文：人员、密钥与单位。键与 en/people.ftl 一一对应；用词依 docs/glossary.md。

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
unlocked-until = 到 { $time } 为止不用输入口令
locked = 已恢复询问口令
locked-already = 本来就没有解锁

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
org-rollback = 这份文件比本机已经见过的旧，不予采用
org-rollback-next = 向密钥管理员要最新的单位文件；如果只有这一份，可能有人想退回旧名录
org-fork = { $part } { $number } 号有两份内容不同的签署文本
org-fork-next = 两份都不要用；两份都已存入个人目录的 contradiction 文件夹，请交给密钥管理员
org-gap = 这份名录与本机的名录之间缺了几版
org-gap-next = 向密钥管理员要带有历次签名的单位文件
org-future = 文件的签署时间是 { $made }，而本机时钟是 { $now }
org-future-next = 请校正本机时钟；时钟没有错的话，是有人把时间签到了以后，请告诉密钥管理员
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
warn-directory-expires = 名录 { $day } 到期，密钥管理员须发布下一号
warn-no-notary = 本单位没有设时效公证：若有人扣住停用单，要到名录到期才会发现
warn-single-clerk = { $unit } 只有一名机要员，此人不在就无人签收
warn-no-clerk = { $unit } 的机要员目前都不能办事，无人签收
me-unknown = 名录里还没有你
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
publish-ask = 签署并发布吗？
published = 已签署 { $number } 号名录，{ $day } 前可用于密封
published-relay = 交换站已采用
published-next = 交换站：vault-relay import { $path }；各人：vault keys sync
synced = 已换用 { $number } 号名录
synced-already = { $number } 号名录已是最新
watch-ended = 交换站正在关闭，请稍后再运行
synced-me = 你在名录中的编号是 { $number }
