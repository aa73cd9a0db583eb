# 简体中文：恢复密钥。键与 en/recovery.ftl 一一对应；用词依 docs/glossary.md。

## 帮助

help-keys-recovery = 部门的恢复密钥：分发、查验、申请、交出
help-keys-recovery-new = 把一个部门的恢复密钥分给几个人保管
help-keys-recovery-new-unit = 部门名称或编号
help-keys-recovery-new-holders = 保管人，用逗号隔开
help-keys-recovery-new-need = 恢复时需要几个份额
help-keys-recovery-new-output = 存放分发单和各个份额的新文件夹
help-keys-recovery-list = 列出本机知道的分发单，以及没有恢复密钥的部门
help-keys-recovery-check = 查验自己保管的份额能否打开、是否与签署的一致
help-keys-recovery-check-share = 自己保管的份额
help-keys-recovery-check-set = 已签署的分发单
help-keys-recovery-ask = 在专用机器上申请一次恢复
help-keys-recovery-ask-who = 谁要重新阅读
help-keys-recovery-ask-set = 要用的分发单（已签署）
help-keys-recovery-ask-reason = 原因：forgotten 忘记口令，lost 密钥丢失，departed 人员离岗，ordered 依令调取
help-keys-recovery-ask-label = 密件的标签散列；不写就是此人持有的全部
help-keys-recovery-ask-days = 几天内可用；默认 7 天，最多 14 天
help-keys-recovery-ask-output = 待签署的申请
help-keys-recovery-give = 把自己保管的份额交给已批准的恢复
help-keys-recovery-give-request = 已批准的申请
help-keys-recovery-give-share = 自己保管的份额
help-keys-recovery-give-set = 已签署的分发单
help-keys-recovery-give-output = 只有这次恢复能打开的份额
help-keys-recover = 执行一次已批准的恢复
help-keys-recover-request = 已批准的申请
help-keys-recover-set = 已签署的分发单
help-keys-recover-share = 交给这次恢复的份额，可写多次
help-keys-recover-items = 密件或存放密件的文件夹，可写多次
help-keys-recover-output = 存放结果的新文件夹
help-identity-recovered = 收下恢复的结果
help-identity-recovered-files = 恢复结果的文件夹，或其中的文件；密件不在收件箱的，也写上密件文件

## 名目

name-recovery-cover = 用途
name-recovery-holders = 保管人
name-recovery-items = 密件
name-recovery-run = 本次恢复专用密钥
name-recovery-key = 恢复密钥
name-recovery-need = 所需份额
name-recovery-person = 重新阅读的人
name-recovery-reason = 原因
name-recovery-set = 分发单
name-recovery-unit = 用哪个部门的密钥
name-recovery-until = 可用到

## 分发与申请

recovery-need = { $of } 个份额中需要 { $need } 个
recovery-share-for = 交给 { $who } 的份额：{ $path }
recovery-set-written = 待签署的分发单：{ $path }
recovery-dealt-next = 完整的密钥已从本机抹去。请管理员签署分发单和名录（vault keys sign），把份额连同签好的分发单交给各保管人，各人用 vault keys recovery check 查验。
recovery-set-former = 这不是该部门现在的恢复密钥，只能打开以前密封的密件
recovery-holder-unfit = { $who } 没有可用的密钥，无法把份额密封给此人
recovery-split = 不能这样分发
recovery-split-next = 至少需要两个份额，不能多于保管人数，保管人不能重复
recovery-run-passphrase = 这次恢复专用密钥的口令
recovery-ask-unfit = 这样的申请不成立
recovery-label-unreadable = “{ $word }”不是标签散列
recovery-asked-next = 请管理员签署（vault keys sign），再发给各保管人。专用密钥留在本机，恢复就在本机进行。
recovery-cover-person = { $person } 持有的全部密件
recovery-cover-items = { $count } 件密件
recovery-reason-forgotten = 忘记口令
recovery-reason-lost = 密钥文件或令牌丢失
recovery-reason-departed = 原持有人离岗，由他人接手
recovery-reason-ordered = 依主管机关命令
recovery-key-unfit = 不是此人在用的密钥，执行时会被拒绝

## 交出与执行

recovery-give-ask = 把您的份额交给这次恢复吗？
recovery-given-next = 把文件送到执行恢复的机器；只有这次恢复的专用密钥能打开它。
recover-ask = 合并份额并恢复这些密件吗？
recover-left-out = 略过 { $path }：{ $why }
recover-nothing = 没有恢复任何密件
recovered-run = 已恢复 { $count } 件，结果在 { $path }
recover-key-known = 该部门的恢复密钥在本机上完整出现过：请另行分发新的（vault keys recovery new）
recover-next = 把文件夹交给本人，由其运行 vault identity recovered 收下；并清除本机上的密件副本。
recovered-items = { $count } 件密件可以重新阅读
share-good = 这是第 { $number } 个份额，与签署的一致

## 拒绝的原因

recovery-unsigned = 签署的管理员人数不够
recovery-unsigned-next = 请更多管理员用 vault keys sign 签署
recovery-set-unread = 这不是分发单
recovery-set-unknown = 本机没有分发单 { $set }
recovery-set-unknown-next = 用 --set 指出它的文件
recovery-request-unread = 这不是恢复申请
recovery-other-file = { $path } 是别的文件
recovery-expired = 这份申请只能用到 { $time }
recovery-ask-anew = 用 vault keys recovery ask 重新申请
recovery-from-future = 申请的时间是 { $time }，晚于现在
recovery-from-future-next = 请校正本机时钟
recovery-used = 这份申请已经用过，每份只能执行一次
recovery-run-elsewhere = 这次恢复的专用密钥不在本机
recovery-run-elsewhere-next = 请在提出申请的那台机器上执行
recovery-other-set = 这是分发单 { $found }，申请写的是 { $wanted }
recovery-other-set-next = 用 --set 指出正确的分发单
recovery-other-unit = 这是 { $found } 的密钥，申请写的是 { $wanted }
recovery-key-inactive = 申请中写的 { $person } 的密钥已不再使用
recovery-key-inactive-next = 按名录中现用的密钥重新申请
recovery-person-inactive = { $person } 目前不能办事
recovery-key-of-another = 申请为 { $person } 写了 { $owner } 的密钥
recovery-not-covered = 申请不包括它
recovery-item-other-unit = 它用的是 { $found } 的恢复密钥，不是 { $wanted } 的
recovery-item-other-key = 它用的是 { $unit } 的另一把恢复密钥，要用那张分发单的份额
recovery-item-without = 它没有用恢复密钥密封
recovery-not-held = { $person } 不持有它
recovery-other-suite = 此人的密钥属于另一套算法
recovery-other-suite-next = 此人须有与密件同一套算法的密钥
recovery-item-failed = 无法恢复
share-damaged = { $file } 已损坏
share-damaged-next = 请保管人另给一个副本
share-other-key = { $file } 是密封给别的密钥的
share-other-key-next = 查验要用保管人本人的密钥；执行要用交给这次恢复的份额
share-other-set = { $file } 属于分发单 { $found }，不是 { $wanted }
share-other-set-next = 请用签署过的那张分发单的份额
share-not-as-signed = { $file } 与签署的份额不一致
shares-too-few = 需要 { $needed } 个不同的份额，现有 { $found } 个
shares-too-few-next = 请更多保管人交出自己的份额
shares-wrong = 合并出来的不是签署过的那把密钥
restored-damaged = { $file } 已损坏
restored-other-item = { $file } 是另一件密件的
restored-other-key = { $file } 是给另一把密钥的
restored-other-key-next = 它是按申请中写的密钥制作的
restored-without-item = { $file } 对应的密件不在本机收件箱
restored-without-item-next = 先领取这一件；经文件得到的，把它的文件一并写上：vault identity recovered 文件夹 密件文件
inbox-begun = 这一件正从交换站领取，尚未完成
inbox-begun-next = 用 vault receive 领完
warn-no-recovery = { $unit } 没有恢复密钥：人员丢失密钥后，无人能恢复
