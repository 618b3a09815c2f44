"""Convolutional networks: LeNet, and a small residual network."""

from .definition import definition


@definition
def lenet(backend):
    """``lenet(backend)(channels, classes, size)``: two convolutions and a read-out."""
    nn, F = backend.nn, backend.nn.functional

    class LeNet(nn.Module):
        """Images (N, channels, size, size) -> logits (N, classes).

        Twice a convolution of 5 x 5, a rectifier and the maximum of 2 x 2 pixels; then one affine
        layer, or one for each of ``hidden`` with a rectifier behind it and the read-out. filters:
        how many each convolution has. The original has sigmoids, means in place of maxima, filters
        (6, 16) and hidden (120, 84).
        Source: LeCun, Bottou, Bengio, Haffner 1998, Proc. IEEE 86, 2278-2324.
        """

        def __init__(self, channels=1, classes=10, size=28, filters=(16, 32), hidden=()):
            super().__init__()
            if size < 4:
                raise ValueError(
                    f"size: the maxima halve it twice, so it is at least 4; received {size}"
                )
            first, second = filters
            self.conv1 = nn.Conv2d(channels, first, 5, padding=2)
            self.conv2 = nn.Conv2d(first, second, 5, padding=2)
            layers, inputs = [], second * (size // 4) ** 2
            for outputs in hidden:
                layers += [nn.Linear(inputs, outputs), nn.ReLU()]
                inputs = outputs
            self.readout = nn.Sequential(*layers, nn.Linear(inputs, classes))

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, F1, size / 2, size / 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, F2, size / 4, size / 4)
            return self.readout(x.flatten(1))  # (N, K)

    return LeNet


@definition
def basic_block(backend):
    """``basic_block(backend)(inputs, outputs, stride)``: two convolutions and a way around them."""
    nn, F = backend.nn, backend.nn.functional

    class BasicBlock(nn.Module):
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride).

        relu(f(x) + x): the two convolutions learn what is to be changed, and the gradient reaches x
        undiminished through the sum. Where the shape changes, x is sent through a convolution of
        1 x 1 to fit.
        Source: He, Zhang, Ren, Sun 2016, CVPR, figure 5 and option B.
        """

        def __init__(self, inputs, outputs, stride=1):
            super().__init__()
            # A normalisation follows each convolution and takes its bias away: it needs none.
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(outputs)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
            self.shortcut = nn.Identity()
            if stride != 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x):
            identity = self.shortcut(x)  # (N, outputs, H / stride, W / stride)
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            return F.relu(out + identity)

    return BasicBlock


@definition
def resnet(backend):
    """``resnet(backend)(channels, classes, widths, blocks)``: residual blocks and a mean."""
    nn, F = backend.nn, backend.nn.functional
    Block = basic_block(backend)

    class ResNet(nn.Module):
        """Images (N, channels, H, W) of any size -> logits (N, classes).

        One convolution; then for each of ``widths`` as many blocks as ``blocks`` says, with that
        many channels, of which the first halves height and width (not in the first stage); the mean
        over all pixels; an affine read-out. With blocks=(n, n, n) it has 6n + 2 layers.
        Source: He, Zhang, Ren, Sun 2016, CVPR, section 4.2 (the network for small images).
        """

        def __init__(self, channels=1, classes=10, widths=(16, 32, 64), blocks=(1, 1, 1)):
            super().__init__()
            if len(widths) != len(blocks) or not widths:
                raise ValueError(
                    "widths and blocks: expected one number of channels and one of blocks for each "
                    f"stage, received {widths} and {blocks}"
                )
            self.conv = nn.Conv2d(channels, widths[0], 3, padding=1, bias=False)
            self.bn = nn.BatchNorm2d(widths[0])
            stages, inputs = [], widths[0]
            for stage, (outputs, count) in enumerate(zip(widths, blocks, strict=True)):
                for block in range(count):
                    stride = 2 if stage and not block else 1
                    stages.append(Block(inputs, outputs, stride))
                    inputs = outputs
            self.stages = nn.Sequential(*stages)
            self.readout = nn.Linear(inputs, classes)

        def forward(self, x):
            x = F.relu(self.bn(self.conv(x)))  # (N, widths[0], H, W)
            x = self.stages(x)  # (N, widths[-1], H / 2^(stages - 1), W / 2^(stages - 1))
            x = x.mean(dim=(2, 3))  # (N, widths[-1])
            return self.readout(x)  # (N, K)

    return ResNet
