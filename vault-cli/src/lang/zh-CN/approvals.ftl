# 简体中文：审批。键与 en/approvals.ftl 一一对应；用词依 docs/glossary.md。

## 环节与审批人

step-review = 审核
step-approval = 批准
step-line = { $step }：{ $who }
step-unknown = 这件没有“{ $word }”这个环节
step-known = 它的环节：{ $steps }
step-open = 待签
step-later = 未到
step-agreed = 同意
step-agreed-unopened = 同意（未打开原件）
step-refused = 不同意
signers-or = {" 或 "}
signers-deputy = （{ $until } 前由 { $deputy } 代 { $principal } 签）
signed-for = { $who }（代 { $principal }）
ask-unread = “{ $words }”没有写明请谁审批
ask-form = 写法：--ask 审核=姓名，或 --ask 批准=姓名,姓名
ask-person = { $name } 是部门；审批的是人，不是部门
ask-none-needed = 这个密级不需要审批
ask-reason = 理由
ask-for-whom = 代谁签？
decide-by-closed = { $time }；签完之前，除您和审批人外谁也打不开
until-left = { $time }（还剩 { $left }）
time-over = 已过

name-step = 环节
name-signer = 审批人
name-for = 代谁
name-decide-by = 审批期限
name-time-left = 剩余时间
name-opinion = 意见
name-reason = 理由
name-released = 放行时间
name-handler = 承办人

## 提请审批

propose-ask = 提请审批吗？
proposed = 已提请审批：{ $item }，审批完成前由交换站保管
proposed-next = 结果会在 vault 里告诉您。其间可查 vault status { $item }，催办 vault chase { $item }，撤回 vault withdraw { $item }
sealed-proposal-next = 这件尚待审批，只有您和审批人能打开。交给第一位审批人：vault approve 文件.age
outbox-proposed = 审批中 { $count } 件（按上次所知）
outbox-proposed-next = 各件进度：vault status 密件号；在等谁：vault chase

## 待我审批

pending-heading = 有 { $count } 件等您审批
pending-nothing = 没有等您审批的密件
pending-next = 先看：vault read 密件号；再签：vault approve 密件号，或 vault refuse 密件号 --reason 理由
pending-none-such = 没有等您审批的密件“{ $word }”
pending-none-such-next = vault pending 列出等您审批的；密封文件请写路径
in-place-of = 代 { $who }
review-next = 审批：vault approve { $item }，或 vault refuse { $item } --reason 理由；本机没有留下任何内容。

## 审批

not-opened = 您没有在本机打开过原件，审批记录会如实写明
not-opened-next = 先看一遍：{ $command }
approve-ask = 同意吗？
approve-unopened-ask = 没有在本机打开过，仍然同意吗？
approve-last-ask = 同意，并放行给收件人吗？
approve-last-unopened-ask = 没有在本机打开过，仍然放行给收件人吗？
refuse-ask = 不同意吗？签了即告终结，改过的文件要另行提请审批。
withdraw-ask = 撤回您的同意吗？
withdraw-item-ask = 撤回这件吗？撤回即告终结，改过的文件要另行提请审批。
said-agree = 已签同意：{ $step }
said-last = 已签同意：{ $step }；各环节均已同意
said-refuse = 已签不同意：{ $step }；连同理由退回发件人
said-withdraw = 已撤回同意：{ $step }
said-next = 下一环节：{ $step }，{ $who }
said-released = 密件已放行，收件人可以领取。
decided-leaf = 登记簿第 { $index } 项
withdrawn-item = 已撤回 { $item }
withdraw-ended = 这件已经不在审批中，不能撤回
withdraw-too-late = 现在的情况：vault status { $item }
withdraw-nothing = 这件上没有您可以撤回的同意
withdraw-nothing-next = 下一环节审批之前可以撤回；现在的情况：vault status 密件号
answer-agree = 同意
answer-refuse = 不同意
answer-withdraw = 撤回同意
opinion-of = { $step } { $who }（{ $answer }）：
opinion-unfit = 意见须为 1 至 4,095 字节的纯文字
opinions-next = 有审批意见，只有持有人能看：vault status { $item } --opinions
decide-none-needed = 这件不需要审批
decide-done = 这件已经审批放行
decide-file-only = { $what } 只用于密封文件
decide-faster-next = 已有人先签，或这件已经终结；现在的情况：vault status { $item }
clock-behind = 这件上已有的一份审批，时间写在将来：{ $time }
clock-behind-next = 两台机器的时钟有一台不对；没有登记簿时，先后只能看时钟
release-no-row = 这件没有给您作为审批人的封装，您不能完成放行
release-failed = 放行用的文件头做不出来
withheld-line = 份号 { $copy } 不予发放：{ $holder }（{ $reason }）
withheld-unit = 部门没有可以领取的机要员
withheld-inactive = 已停权或离岗
withheld-keyless = 没有可用的密钥
withheld-uncleared = 涉密等级已不够
withheld-now = 目前不能领取；vault keys sync 后可见原因
withheld-unknown = 名录中没有

## 以文件传递

note-written = 审批意见在 { $path }
note-next = 连同密件交给下一位审批人：vault approve 文件.age --with 意见文件
note-refused-next = 交回发件人；看理由：vault check 文件.age --with 意见文件 --opinions
note-unread = { $path } 不是本单位的审批意见
released-file = 已放行：{ $path }
released-file-next = 交给收件人的是这个文件，不是提请审批的那个。它没有经过登记簿，无从证明没有漏掉不同意的意见。

## 审批结果

open-not-released = 这件还在审批中，放行之前收件人打不开；放行后另有一份文件，或经交换站送达

decisions-open = 尚未签完：等{ $step }
decisions-complete = 各环节均已同意
decisions-complete-closed = 各环节均已同意，但各份还没有封装；放行的文件在最后一位审批人手里
decisions-refused = 未获同意
decisions-idle = 有 { $count } 份审批在这里不算数：别人先签了，或说的是另一件
decisions-unproved = 交换站没有出示从提请审批到放行的全部审批
decisions-unproved-next = 不要收，告诉发件人和运维人员：可能漏掉了不同意的意见
item-waits-for = 待{ $step }
event-decision = 审批
event-review = 审批人领看
event-withdrawn = 发件人撤回
event-chased = 催办（发件人签署）
event-noted = 变更已知悉（收件人签署）
event-withheld = 该份不予发放

## 消息与催办

news-released = { $item } 已获批准，已放行
news-refused = { $item } 未获同意（{ $step } { $who }）
news-reason-sealed = 理由：vault status { $item } --opinions
news-lapsed = { $item } 逾期未签完；仍要送出，请重新提请审批
news-returned = { $item }：{ $who } 退回了这一份（{ $reason }）
news-expired = { $item }：{ $who } 逾期未领取，这一份已失效
news-damaged = { $item }：{ $who } 报告收到的内容有损坏；交换站仍保存完好，可再次领取
news-spoilt = { $item }：交换站磁盘损坏了正文，请重新发送
ask-one-step = 一次只写一个环节
ask-reads-already = 这几位都已经能打开它：或者已在征询之列，或者在别的环节审批
ask-ask = 也请他们审批？
asked-also = { $item } 也在等他们审批：{ $who }
chase-nothing = 您没有在审批中的密件
chase-nothing-here = 这件不在审批中
chase-nothing-here-next = 它到了哪一步：vault status 密件号
chase-fetch = 待领取
chase-reminded = 已登记催办；对方在 vault 里看得到。事情紧急仍请打电话。
chase-too-soon = 已经催办过，规章规定的间隔还没有到
chase-too-soon-next = 可以打电话；在等谁：vault chase
chase-next = 没有替您通知任何人。写上密件号就会催办：vault chase 密件号
